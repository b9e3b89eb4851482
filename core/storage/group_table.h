#pragma once
// Sums of groups, in memory: what is added under equal cells is summed up.

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/arena.h"
#include "core/records/cell.h"

namespace relayburn {

// Numbers groups by their cells.
class GroupIndex {
 public:
  // The same for equal cells; the next number, from 0, for new ones, which are copied.
  size_t number_of(Row cells);
  Row cells(size_t number) const { return groups_[number]; }
  size_t size() const { return groups_.size(); }
  void clear();

 private:
  Arena arena_;
  std::vector<Row> groups_;
  std::unordered_map<std::string_view, size_t> numbers_;  // by spelling, which is in the arena
  std::string spelling_;
};

template <class Sums>
class GroupTable {
 public:
  void add(Row cells, const Sums& sums) {
    const size_t number = index_.number_of(cells);
    if (number == sums_.size()) {
      sums_.push_back(sums);
    } else {
      sums_[number] += sums;
    }
  }

  size_t size() const { return sums_.size(); }
  void clear() {
    index_.clear();
    sums_.clear();
  }

  // Calls sink(Row, const Sums&) for every group, in the order in which they came in.
  template <class Sink>
  void give(const Sink& sink) const {
    for (size_t i = 0; i < sums_.size(); ++i) sink(index_.cells(i), sums_[i]);
  }

 private:
  GroupIndex index_;
  std::vector<Sums> sums_;
};

}  // namespace relayburn
