#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <vector>

#include "core/base/key.h"

namespace relayburn {

// Entries that have a Key `id` of their own, in the order in which they came, found by it.
template <class Entry>
class KeyedList {
 public:
  // Nullptr where there is none. Lives until the next insert().
  Entry* find(const Key& id) {
    if (slots_.empty()) return nullptr;
    const uint32_t slot = slots_[find_slot(id)];
    return slot == 0 ? nullptr : &entries_[slot - 1];
  }

  // Its id is not in the list yet.
  void insert(const Entry& entry) {
    if (2 * (entries_.size() + 1) > slots_.size()) grow();
    entries_.push_back(entry);
    slots_[find_slot(entry.id)] = static_cast<uint32_t>(entries_.size());
  }

  const std::deque<Entry>& entries() const { return entries_; }

 private:
  size_t find_slot(const Key& id) const {
    const size_t mask = slots_.size() - 1;
    size_t slot = id.hash() & mask;
    while (slots_[slot] != 0 && entries_[slots_[slot] - 1].id != id) slot = (slot + 1) & mask;
    return slot;
  }

  void grow() {
    slots_.assign(std::max<size_t>(64, 2 * slots_.size()), 0);
    for (size_t i = 0; i < entries_.size(); ++i)
      slots_[find_slot(entries_[i].id)] = static_cast<uint32_t>(i + 1);
  }

  std::deque<Entry> entries_;    // a vector would copy them as it grows, and take twice the room
  std::vector<uint32_t> slots_;  // 0 is free, else index + 1
};

}  // namespace relayburn
