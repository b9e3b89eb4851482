#include "core/storage/group_table.h"

#include <cstdint>

namespace relayburn {
namespace {

// Type, length, bytes.
void spell(std::string& out, const Cell& cell) {
  const int64_t number = cell.is_text() ? static_cast<int64_t>(cell.text().size()) : cell.integer();
  out += cell.is_null() ? '0' : cell.is_text() ? 't' : 'i';
  out.append(reinterpret_cast<const char*>(&number), sizeof number);
  out += cell.text();
}

}  // namespace

size_t GroupIndex::number_of(Row cells) {
  spelling_.clear();
  for (const Cell& cell : cells) spell(spelling_, cell);
  const auto known = numbers_.find(spelling_);
  if (known != numbers_.end()) return known->second;
  const std::span<Cell> kept = arena_.array<Cell>(cells.size());
  for (size_t i = 0; i < cells.size(); ++i)
    kept[i] = cells[i].is_text() ? Cell::text(arena_.copy(cells[i].text())) : cells[i];
  groups_.push_back(kept);
  return numbers_.emplace(arena_.copy(spelling_), groups_.size() - 1).first->second;
}

void GroupIndex::clear() {
  arena_.clear();
  groups_.clear();
  numbers_.clear();
}

}  // namespace relayburn
