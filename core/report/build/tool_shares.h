#pragma once
// What each tool has of a turn (apps/README.md): tokens and cost are split over the turn's
// calls by the bytes of their results where all are known, else evenly.

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/report/build/figure_sum.h"
#include "core/storage/storage_adapter.h"

namespace relayburn {

// The share of one tool, of all its calls together.
struct ToolShare {
  std::optional<std::string> tool;
  Contribution portion;
};

class ToolShares {
 public:
  void load(Snapshot& snapshot);

  // What a turn brings, split over its tools: all parts are whole numbers that add up to it. The
  // turn itself is counted where the share is greatest, at the smaller name of two. A turn without
  // calls is one share, of no tool.
  std::vector<ToolShare> split(const Key& turn, const Contribution& whole) const;

 private:
  struct Call {
    Key turn;
    int64_t bytes = 0;  // of its result; kUnknown where no result tells
    uint32_t name = 0;  // names_, ascending
  };
  static constexpr int64_t kUnknown = -1;

  void number_by_name();
  std::span<const Call> calls_of(const Key& turn) const;

  std::vector<Call> calls_;  // ascending by turn and name
  std::vector<std::string> names_;
};

}  // namespace relayburn
