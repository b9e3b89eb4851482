#include "core/sources/opencode/opencode_tables.h"

#include <algorithm>
#include <array>

#include "core/base/error.h"

namespace relayburn {
namespace {

constexpr std::string_view kTables[] = {"message", "part", "session", "session_message",
                                        "session_v2"};

struct Column {
  std::string_view table, name;
};
constexpr Column kNeededColumns[] = {{"message", "id"},
                                     {"message", "session_id"},
                                     {"message", "data"},
                                     {"part", "message_id"},
                                     {"part", "id"},
                                     {"part", "data"},
                                     {"session", "id"},
                                     {"session_v2", "id"},
                                     {"session_message", "id"},
                                     {"session_message", "session_id"},
                                     {"session_message", "type"},
                                     {"session_message", "data"}};

}  // namespace

OpencodeTables::OpencodeTables(TolerantRows& rows) : rows_(rows) {
  // Views are left alone: they could be anything.
  rows_.query("SELECT name FROM sqlite_schema WHERE type = 'table'", {}, [&](Row row) {
    const std::string_view name = row[0].text();
    if (std::find(std::begin(kTables), std::end(kTables), name) != std::end(kTables))
      columns_[std::string(name)];
    return true;
  });
  for (auto& [table, names] : columns_)
    rows_.query("SELECT name FROM pragma_table_info(?1)", std::array{Cell::text(table)},
                [&names = names](Row row) {
                  names.emplace(row[0].text());
                  return true;
                });
  are_any_ = has("message") || has("session_message");
  drop_incomplete_tables();
}

void OpencodeTables::drop_incomplete_tables() {
  for (const Column& needed : kNeededColumns) {
    const std::string table(needed.table), column(needed.name);
    if (!has(table) || has_column(table, column)) continue;
    rows_.note(Error(ErrorKind::Corrupt, "table " + table + " has no column " + column));
    columns_.erase(table);
    // Without their parts they would count too little.
    if (table == "part") columns_.erase("message");
  }
}

bool OpencodeTables::has_column(const std::string& table, const std::string& column) const {
  const auto known = columns_.find(table);
  return known != columns_.end() && known->second.contains(column);
}

std::string OpencodeTables::columns(std::string_view table,
                                    std::initializer_list<std::string_view> names) const {
  std::string list;
  for (const std::string_view name : names) {
    if (!list.empty()) list += ", ";
    list += has_column(std::string(table), std::string(name)) ? name : "NULL";
  }
  return list;
}

bool OpencodeTables::can_be_marked(const std::string& table) {
  // Not those WITHOUT ROWID.
  return has_column(table, "time_updated") &&
         rows_.is_understood("SELECT rowid FROM " + table + " LIMIT 0");
}

ChangedRows OpencodeTables::changes(const std::string& table, const MarksOfTables& before,
                                    MarksOfTables& now) {
  ChangedRows changes;
  if (!can_be_marked(table)) return changes;
  int64_t first = 0, last = -1;
  rows_.query("SELECT min(rowid), max(rowid) FROM " + table, {}, [&](Row row) {
    if (row[0].is_null()) return false;
    first = row[0].integer();
    last = row[1].integer();
    return false;
  });
  if (last < first) {
    changes.is_all = false;
    return changes;
  }
  const auto known = before.find(table);
  TableMarker marker(first, last, shift_for(first, last));
  // In the blocks of the last run, as far as they are comparable.
  const bool is_comparable =
      known != before.end() && static_cast<uint64_t>(last >> known->second.shift) -
                                       static_cast<uint64_t>(first >> known->second.shift) <
                                   4 * static_cast<uint64_t>(TableMarks::kMaxBlocks);
  TableMarker as_before(first, is_comparable ? last : first,
                        is_comparable ? known->second.shift : 0);
  rows_.query("SELECT rowid, time_updated FROM " + table, {}, [&](Row row) {
    marker.row(row[0].integer(), row[1].integer());
    if (is_comparable) as_before.row(row[0].integer(), row[1].integer());
    return true;
  });
  now[table] = marker.marks();
  if (!is_comparable) return changes;
  changes.is_all = false;
  changes.ranges = changed_ranges(known->second, as_before.marks());
  changes.since = known->second.greatest_time;
  return changes;
}

void OpencodeTables::each_changed(const std::string& table, std::string_view column,
                                  const ChangedRows& changes,
                                  const std::function<void(std::string_view)>& visit) {
  const std::string select = "SELECT " + columns(table, {column}) + " FROM " + table;
  const RowsFile::Sink sink = [&](Row row) {
    visit(row[0].text());
    return true;
  };
  if (changes.is_all) return rows_.query(select, {}, sink);
  for (const RowidRange& range : changes.ranges)
    rows_.query(select + " WHERE rowid BETWEEN ?1 AND ?2",
                std::array{Cell::integer(range.first), Cell::integer(range.last)}, sink);
  // Of the rows that look as they did, those whose last millisecond may have seen more.
  if (has_column(table, "time_updated"))
    rows_.query(select + " WHERE time_updated >= ?1", std::array{Cell::integer(changes.since)},
                sink);
}

}  // namespace relayburn
