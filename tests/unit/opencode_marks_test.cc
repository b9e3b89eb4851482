#include "core/sources/opencode/opencode_marks.h"

#include <catch2/catch.hpp>
#include <climits>
#include <map>
#include <random>

namespace relayburn {
namespace {

using Rows = std::map<int64_t, int64_t>;  // rowid, time_updated

TableMarks marks_of(const Rows& rows, int shift) {
  TableMarker marker(rows.begin()->first, rows.rbegin()->first, shift);
  for (const auto& [rowid, time] : rows) marker.row(rowid, time);
  return marker.marks();
}
int shift_of(const Rows& rows) { return shift_for(rows.begin()->first, rows.rbegin()->first); }

bool is_in(int64_t rowid, const std::vector<RowidRange>& ranges) {
  for (const RowidRange& range : ranges)
    if (rowid >= range.first && rowid <= range.last) return true;
  return false;
}

Rows rows_up_to(int64_t count) {
  Rows rows;
  for (int64_t i = 1; i <= count; ++i) rows[i] = 1'772'000'000'000 + i;
  return rows;
}

TEST_CASE("small tables are marked row by row", "[opencode_marks]") {
  const Rows before = rows_up_to(1000);
  CHECK(shift_of(before) == 0);
  Rows now = before;
  now[500] -= 7;  // to an earlier time
  now[1001] = 0;
  now.erase(900);
  const std::vector<RowidRange> ranges = changed_ranges(marks_of(before, 0), marks_of(now, 0));
  int64_t changed = 0;
  for (const RowidRange& range : ranges) changed += range.last - range.first + 1;
  CHECK(changed == 3);
  for (const int64_t rowid : {500, 900, 1001}) CHECK(is_in(rowid, ranges));
}

TEST_CASE("every change of a large table is in some range, and little else", "[opencode_marks]") {
  std::mt19937 random(1);
  for (int round = 0; round < 50; ++round) {
    const Rows before = rows_up_to(5000 + static_cast<int64_t>(random() % 60000));
    const int shift = shift_of(before);
    Rows now = before;
    std::vector<int64_t> changed;
    for (int i = 0; i < 5; ++i) {
      const auto rowid = static_cast<int64_t>(1 + random() % (before.size() + 100));
      now[rowid] = static_cast<int64_t>(random());
      changed.push_back(rowid);
    }
    const auto ranges = changed_ranges(marks_of(before, shift), marks_of(now, shift));
    int64_t covered = 0;
    for (const RowidRange& range : ranges) covered += range.last - range.first + 1;
    for (const int64_t rowid : changed) CHECK(is_in(rowid, ranges));
    CHECK(covered <= 5 * (int64_t{1} << shift));
  }
}

TEST_CASE("two rows that swap their times are a change", "[opencode_marks]") {
  Rows before = rows_up_to(4000), now = before;
  const int shift = shift_of(before);
  std::swap(now[10], now[11]);
  CHECK_FALSE(changed_ranges(marks_of(before, shift), marks_of(now, shift)).empty());
  CHECK(changed_ranges(marks_of(before, shift), marks_of(before, shift)).empty());
}

TEST_CASE("any rowids will do", "[opencode_marks]") {
  const Rows rows = {{INT64_MIN, 1}, {-1, 2}, {0, 3}, {INT64_MAX, INT64_MIN}};
  const int shift = shift_of(rows);
  CHECK(marks_of(rows, shift).blocks.size() <= TableMarks::kMaxBlocks);
  Rows now = rows;
  now[INT64_MAX] = 5;
  CHECK(is_in(INT64_MAX, changed_ranges(marks_of(rows, shift), marks_of(now, shift))));
}

TEST_CASE("marks survive their text, which is small", "[opencode_marks]") {
  MarksOfTables marks;
  for (const char* name : {"message", "part", "session", "session_message", "session_v2"})
    marks[name] = marks_of(rows_up_to(100'000), shift_of(rows_up_to(100'000)));
  marks["session"] = marks_of({{-5, -7}}, 3);
  const std::string text = to_text(marks);
  CHECK(text.size() <= size_t{64} << 10);
  const auto read = marks_from(text);
  REQUIRE(read);
  CHECK(to_text(*read) == text);
  CHECK(changed_ranges(marks["part"], read->at("part")).empty());
  CHECK(read->at("session").greatest_time == -7);
}

TEST_CASE("a text that is none of ours is none", "[opencode_marks]") {
  const std::string text = to_text({{"part", marks_of(rows_up_to(9), 0)}});
  CHECK(marks_from(text));
  CHECK_FALSE(marks_from(""));
  CHECK_FALSE(marks_from("1"));
  std::mt19937 random(2);
  for (int i = 0; i < 2000; ++i) {
    std::string damaged = text;
    damaged[random() % damaged.size()] = static_cast<char>(random());
    if (i % 3 == 0) damaged.resize(random() % damaged.size());
    marks_from(damaged);  // whatever it says, it ends
  }
  CHECK_FALSE(marks_from(text.substr(0, text.size() - 1)));
  CHECK_FALSE(marks_from("marks1\npart 1 63 0 00000000\n"));
  CHECK_FALSE(marks_from("marks1\npart 1 0 0 0000000\n"));
}

}  // namespace
}  // namespace relayburn
