#pragma once
// The tables of an OpenCode database as far as we know them (FORMAT.md 1). Columns
// vary between versions: one that is missing reads as null.

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/sources/opencode/opencode_marks.h"
#include "core/sources/opencode/tolerant_rows.h"

namespace relayburn {

// What of a table is to be read.
struct ChangedRows {
  bool is_all = true;
  std::vector<RowidRange> ranges;  // and the rows of `since` or later
  int64_t since = 0;
};

class OpencodeTables {
 public:
  // A table without a column that gives its rows their meaning is noted, and taken to be absent.
  explicit OpencodeTables(TolerantRows& rows);

  // False where nothing tells that it is a database of OpenCode.
  bool has_known_tables() const { return are_any_; }

  bool has(std::string_view table) const { return columns_.contains(std::string(table)); }
  // "id, NULL, data": the columns that are there. The names are ours.
  std::string columns(std::string_view table, std::initializer_list<std::string_view> names) const;

  // Compares the table with its marks of the last run, if there are any, and notes its marks of
  // now; a table that cannot be marked is read as a whole each time.
  ChangedRows changes(const std::string& table, const MarksOfTables& before, MarksOfTables& now);

  // Gives the column of every changed row.
  void each_changed(const std::string& table, std::string_view column, const ChangedRows& changes,
                    const std::function<void(std::string_view)>& visit);

 private:
  bool has_column(const std::string& table, const std::string& column) const;
  void drop_incomplete_tables();
  bool can_be_marked(const std::string& table);

  TolerantRows& rows_;
  bool are_any_ = false;
  std::map<std::string, std::set<std::string>> columns_;
};

}  // namespace relayburn
