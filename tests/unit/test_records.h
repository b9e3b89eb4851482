#pragma once
// Records for tests: as lines of JSON, and random ones of any kind.

#include <array>
#include <random>
#include <string>
#include <vector>

#include "core/base/arena.h"
#include "core/records/batch.h"
#include "core/records/described.h"
#include "core/records/record_json.h"

namespace relayburn {

inline std::string json_of(Kind kind, Row row) {
  std::string line;
  append_record_json(line, kind, row);
  return line;
}

template <class Record>
std::string json_of(const Record& record) {
  std::array<Cell, kFieldCount<Record>> cells;
  to_cells(record, cells.data());
  return json_of(Described<Record>::kind, cells);
}

// Every row of a batch, kind by kind, ascending by key.
inline std::vector<std::string> lines_of(Batch& batch) {
  batch.sort();
  std::vector<std::string> lines;
  for (const Kind kind : kAllKinds)
    for (size_t i = 0; i < batch.row_count(kind); ++i)
      lines.push_back(json_of(kind, batch.row(kind, i)));
  return lines;
}

// Each value is one of few, so that keys, revisions, times and whole rows do meet.
inline std::span<Cell> random_row(Kind kind, std::mt19937& random, Arena& arena, unsigned few) {
  constexpr std::array<std::string_view, 5> texts = {"", "x", "\"\\\n\x7f", "grüße 😀", "x|%"};
  const std::span<const Column> columns = describe(kind).columns;
  const std::span<Cell> row = arena.array<Cell>(columns.size());
  for (size_t i = 0; i < columns.size(); ++i) {
    const auto value = static_cast<int64_t>(random() % few);
    if (columns[i].nullable && random() % 3 == 0) continue;
    switch (columns[i].type) {
      case ColumnType::Key:
        row[i] = Cell::text(arena.copy(std::string(16, static_cast<char>(0x7e + value))));
        break;
      case ColumnType::Integer:
        row[i] = Cell::integer(value);
        break;
      case ColumnType::Instant:
        row[i] = Cell::integer(value * 1'000'001);
        break;
      case ColumnType::Flag:
        row[i] = Cell::integer(1);
        break;
      case ColumnType::Text:
        row[i] = Cell::text(texts[random() % texts.size()]);
        break;
    }
  }
  return row;
}

}  // namespace relayburn
