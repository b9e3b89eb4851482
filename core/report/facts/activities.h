#pragma once
// Finds what each turn was about: from its calls, whether they failed, and the keywords of its own
// text and of the prompt it answers.

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/key.h"
#include "core/storage/storage_adapter.h"

namespace relayburn {

// All that Activities::of() may return, and "conversation".
std::set<std::string, std::less<>> activity_names();

class Activities {
 public:
  void load(Snapshot& snapshot);

  // "coding", "debugging", …; of a turn that is not known: "conversation".
  std::string_view of(const Key& turn) const;

 private:
  struct Entry {
    Key turn;
    uint8_t activity = 0;
  };

  std::vector<Entry> entries_;  // ascending by turn
};

}  // namespace relayburn
