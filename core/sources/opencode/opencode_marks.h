#pragma once
// What a cursor remembers of a table, so that the next run reads only the rows that changed since.
// No clock is trusted: rows are taken together in blocks by their rowid, and of each block a hash
// of (rowid, time_updated) is kept. A block whose hash differs has changed rows, whatever their
// times say. Within one millisecond a row may change again without a trace: those of the greatest
// time are always read once more.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace relayburn {

struct TableMarks {
  static constexpr int64_t kMaxBlocks = 1024;

  int64_t greatest_time = 0;
  int shift = 0;  // a block has 2^shift rowids
  int64_t first_block = 0;
  std::vector<uint32_t> blocks;

  std::optional<uint32_t> block(int64_t number) const;
};

// Smallest blocks with which the rowids from `first` to `last` are few enough of them.
int shift_for(int64_t first, int64_t last);

class TableMarker {
 public:
  TableMarker(int64_t first_rowid, int64_t last_rowid, int shift);

  // Ascending by rowid or not.
  void row(int64_t rowid, int64_t time_updated);
  TableMarks marks() const;

 private:
  TableMarks marks_;
  std::vector<uint64_t> sums_;
};

struct RowidRange {
  int64_t first, last;  // inclusive
};
// Where rows changed between two states that were marked with the same shift.
std::vector<RowidRange> changed_ranges(const TableMarks& before, const TableMarks& now);

// By table name. At most 64 KiB of text for five tables.
using MarksOfTables = std::map<std::string, TableMarks>;
std::string to_text(const MarksOfTables& marks);
// nullopt where the text is none of to_text().
std::optional<MarksOfTables> marks_from(std::string_view text);

}  // namespace relayburn
