#include "core/records/batch.h"

#include <algorithm>
#include <utility>

#include "core/records/described.h"
#include "core/records/forgotten.h"
#include "core/records/merge.h"

namespace relayburn {
namespace {

size_t written_size(Row row) {
  size_t size = row.size() * sizeof(Cell);
  for (const Cell& cell : row) size += cell.text().size();
  return size;
}

}  // namespace

template <class Record>
void Batch::add(const Record& record) {
  std::array<Cell, kFieldCount<Record>> cells;
  to_cells(record, cells.data());
  add_row(Described<Record>::kind, cells);
}
template void Batch::add(const Turn&);
template void Batch::add(const ToolCall&);
template void Batch::add(const ToolResult&);
template void Batch::add(const UserTurn&);
template void Batch::add(const Relationship&);
template void Batch::add(const Compaction&);
template void Batch::add(const Price&);
template void Batch::add(const SessionCost&);
template void Batch::add(const Stamp&);
template void Batch::add(const Content&);
template void Batch::add(const Forget&);
template void Batch::add(const Sighting&);
template void Batch::add(const Host&);
template void Batch::add(const HostNote&);
template void Batch::add(const PriceCheck&);

void Batch::add_row(Kind kind, Row row) {
  if (forgotten == nullptr) return merge(kind, row);
  if (kind == Kind::Forget) forgotten->add(row[kIdColumn].key());
  if (const auto session = forgotten->session_of_project(kind, row)) add(*session);
  if (!forgotten->covers(kind, row)) return merge(kind, row);
  std::array<Cell, kMaxColumns> cells;
  to_void(kind, row, cells);
  merge(kind, {cells.data(), row.size()});
}

void Batch::add_void(Kind kind, const Key& id, std::string_view host) {
  const std::span<const Column> columns = describe(kind).columns;
  std::array<Cell, kMaxColumns> cells;
  cells[kIdColumn] = Cell::text(id.view());
  for (size_t i = 0; i < columns.size(); ++i)
    if (columns[i].name == "host_id") cells[i] = Cell::text(host);
  to_void(kind, {cells.data(), columns.size()}, cells);
  merge(kind, {cells.data(), columns.size()});
}

void Batch::merge(Kind kind, Row row) {
  Table& table = tables_[index_of(kind)];
  if (2 * (table.rows.size() + 1) > table.slots.size()) grow(table);
  const size_t slot = find_slot(table, row[kIdColumn].key());
  if (table.slots[slot] == 0) {
    Cell* const cells = arena_.array<Cell>(row.size()).data();
    keep(row, {table.rows.empty() ? cells : table.rows.back(), row.size()}, cells);
    table.rows.push_back(cells);
    table.slots[slot] = static_cast<uint32_t>(table.rows.size());
    ++row_count_;
    return;
  }
  ++table.folded;
  Cell* const cells = table.rows[table.slots[slot] - 1];
  const Row present{cells, row.size()};
  if (!is_greater(kind, row, present)) return;
  // Beside it first: where memory runs out, the record that is here stays whole.
  std::array<Cell, kMaxColumns> kept;
  const size_t replaced = written_size(present);
  keep(row, present, kept.data());
  written_ -= replaced;
  std::copy_n(kept.begin(), row.size(), cells);
}

void Batch::keep(Row row, Row like, Cell* cells) {
  written_ += written_size(row);
  for (size_t i = 0; i < row.size(); ++i) {
    if (!row[i].is_text()) {
      cells[i] = row[i];
    } else {
      cells[i] = row[i] == like[i] ? like[i] : Cell::text(arena_.copy(row[i].text()));
    }
  }
}

size_t Batch::find_slot(const Table& table, const Key& key) {
  const size_t mask = table.slots.size() - 1;
  size_t slot = key.hash() & mask;
  while (table.slots[slot] != 0 && table.rows[table.slots[slot] - 1][kIdColumn].key() != key)
    slot = (slot + 1) & mask;
  return slot;
}

void Batch::grow(Table& table) {
  table.slots.assign(std::max<size_t>(64, 2 * table.slots.size()), 0);
  for (size_t i = 0; i < table.rows.size(); ++i)
    table.slots[find_slot(table, table.rows[i][kIdColumn].key())] = static_cast<uint32_t>(i + 1);
}

void Batch::sort() {
  std::vector<std::pair<Key, Cell*>> order;
  for (Table& table : tables_) {
    order.clear();
    for (Cell* row : table.rows) order.emplace_back(row[kIdColumn].key(), row);
    std::sort(order.begin(), order.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    // The slots name rows by index: make them anew.
    table.slots.assign(table.slots.size(), 0);
    for (size_t i = 0; i < order.size(); ++i) {
      table.rows[i] = order[i].second;
      table.slots[find_slot(table, order[i].first)] = static_cast<uint32_t>(i + 1);
    }
  }
}

void Batch::clear() {
  for (Table& table : tables_) {
    table.rows.clear();
    std::fill(table.slots.begin(), table.slots.end(), 0);
    table.folded = 0;
  }
  arena_.clear();
  row_count_ = 0;
  written_ = 0;
  cursors.clear();
  continued.clear();
  run.confirmed = run.batch_number++;
  run.rejected = 0;
  run.unknown = 0;
}

}  // namespace relayburn
