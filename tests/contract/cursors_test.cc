// Cursors: where a host stopped reading each log, byte for byte.

#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>
#include <tuple>

#include "tests/contract/ledger_matchers.h"
#include "tests/contract/records_for_tests.h"
#include "tests/contract/test_store.h"

namespace relayburn {
namespace {

using namespace std::string_literals;

Cursor cursor(std::string path, int64_t offset = 1) {
  Cursor cursor;
  cursor.source = "claude-code";
  cursor.path = std::move(path);
  cursor.offset = offset;
  return cursor;
}

void put(StorageAdapter& ledger, const std::string& host, std::vector<Cursor> cursors) {
  Batch batch;
  batch.run.host_id = host;
  batch.cursors = std::move(cursors);
  ledger.append(batch);
}

std::vector<Cursor> sorted(std::vector<Cursor> cursors) {
  std::sort(cursors.begin(), cursors.end(), [](const Cursor& a, const Cursor& b) {
    return std::tie(a.source, a.path) < std::tie(b.source, b.path);
  });
  return cursors;
}

// CHECK on the cursors themselves would print nothing of use.
void check_cursors(StorageAdapter& ledger, const std::string& host, std::vector<Cursor> expected) {
  const std::vector<Cursor> found = sorted(ledger.cursors(host));
  expected = sorted(std::move(expected));
  REQUIRE(found.size() == expected.size());
  for (size_t i = 0; i < found.size(); ++i) {
    INFO("path " << found[i].path << ", offset " << found[i].offset);
    CHECK(found[i].path == expected[i].path);
    CHECK(found[i].offset == expected[i].offset);
    CHECK((found[i].state == expected[i].state));
    CHECK((found[i] == expected[i]));
  }
}

TEST_CASE("a cursor arrives with every field") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  Cursor full = cursor("/log");
  int64_t number = std::numeric_limits<int64_t>::max();
  for (int64_t* field : {&full.device, &full.inode, &full.size, &full.mtime_ns, &full.ctime_ns,
                         &full.offset, &full.parser_version, &full.lines, &full.head_hash})
    *field = --number;
  full.tail_hash = std::numeric_limits<int64_t>::min();
  full.state = "{\"turn\":\"t\"}";
  put(*ledger, "host", {full});
  check_cursors(*ledger, "host", {full});
  check_cursors(*store.open(), "host", {full});
}

TEST_CASE("paths are bytes") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  std::string all;
  for (int byte = 1; byte < 256; ++byte) all += static_cast<char>(byte);
  const std::vector<Cursor> cursors = {cursor("/\xff\xfe/log", 1),
                                       cursor("/\xff\xff/log", 2),
                                       cursor("/\xef\xbf\xbd", 3),
                                       cursor(all, 4),
                                       cursor("/a\"b\\c\n", 5),
                                       cursor("", 6),
                                       cursor(std::string(4096, '\x80'), 7)};
  put(*ledger, "host", cursors);
  check_cursors(*ledger, "host", cursors);
  check_cursors(*store.open(), "host", cursors);
}

TEST_CASE("states are bytes, with NUL, up to 64 KiB") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  std::vector<Cursor> cursors;
  for (const std::string& state : {""s, "\0"s, "a\0b\0"s, "\xff\xc0\x80"s}) {
    cursors.push_back(cursor("/" + std::to_string(cursors.size())));
    cursors.back().state = state;
  }
  cursors.push_back(cursor("/long"));
  for (size_t i = 0; i < size_t{64} << 10; ++i) cursors.back().state += static_cast<char>(i * 7);
  put(*ledger, "host", cursors);
  check_cursors(*ledger, "host", cursors);
  check_cursors(*store.open(), "host", cursors);
}

TEST_CASE("each host has its own cursors") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  put(*ledger, "a", {cursor("/log", 1)});
  put(*ledger, "b", {cursor("/log", 2), cursor("/b", 3)});
  check_cursors(*ledger, "a", {cursor("/log", 1)});
  check_cursors(*ledger, "b", {cursor("/log", 2), cursor("/b", 3)});
  check_cursors(*ledger, "A", {});
  check_cursors(*ledger, "", {});
}

TEST_CASE("a cursor replaces the one of its host, source and path, whatever its offset") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  Cursor of_codex = cursor("/log", 7);
  of_codex.source = "codex";
  put(*ledger, "host", {cursor("/log", 9), cursor("/other", 8), of_codex});
  Cursor next = cursor("/log", 3);
  next.state = "next";
  put(*ledger, "host", {next});
  const std::vector<Cursor> expected = {next, cursor("/other", 8), of_codex};
  check_cursors(*ledger, "host", expected);
  check_cursors(*store.open(), "host", expected);
}

TEST_CASE("cursors come with the records of their batch, and with none") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  const auto reader = store.open();
  Batch batch;
  batch.run = {"run", "host", 1};
  batch.add(turn("m"));
  batch.cursors = {cursor("/log", 10)};
  ledger->append(batch);
  check_cursors(*reader, "host", {cursor("/log", 10)});
  CHECK(reader->snapshot()->count(Kind::Turn) == 1);
  batch.clear();
  batch.cursors = {cursor("/log", 20)};
  CHECK(ledger->append(batch) == Tallies());
  check_cursors(*reader, "host", {cursor("/log", 20)});
}

TEST_CASE("a batch that goes on from a cursor comes in only where that still stands") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  const std::string name = "/a'\\\xff";
  put(*ledger, "host", {cursor(name, 10), cursor("/other", 10)});
  Batch batch;
  batch.run = {"run", "host", 1};
  batch.add(turn("m"));
  batch.cursors = {cursor(name, 20)};
  for (const Cursor& lost : {cursor(name, 9), cursor("/not there", 10)}) {
    batch.continued = {lost};
    CHECK(is_refused(*ledger, batch));
  }
  check_cursors(*store.open(), "host", {cursor(name, 10), cursor("/other", 10)});
  CHECK(ledger->snapshot()->count(Kind::Turn) == 0);
  batch.continued = {cursor("/other", 10), cursor(name, 10)};
  CHECK(ledger->append(batch)[index_of(Kind::Turn)].inserted == 1);
  // Once more, where only the answer was lost.
  CHECK(ledger->append(batch)[index_of(Kind::Turn)].inserted == 1);
  check_cursors(*store.open(), "host", {cursor(name, 20), cursor("/other", 10)});
}

TEST_CASE("a batch that repeats its number leaves later cursors alone") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  Batch batch;
  batch.run = {"run", "host", 1};
  batch.cursors = {cursor("/log", 10)};
  ledger->append(batch);
  Batch second;
  second.run = {"run", "host", 2};
  second.cursors = {cursor("/log", 20)};
  ledger->append(second);
  ledger->append(batch);
  check_cursors(*ledger, "host", {cursor("/log", 20)});
}

TEST_CASE("two adapters see each other's cursors at once") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  const auto other = store.open();
  for (int64_t offset = 1; offset <= 5; ++offset) {
    put(offset % 2 == 0 ? *ledger : *other, "host", {cursor("/log", offset)});
    check_cursors(*ledger, "host", {cursor("/log", offset)});
    check_cursors(*other, "host", {cursor("/log", offset)});
  }
}

TEST_CASE("many cursors") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  std::vector<Cursor> cursors;
  for (int i = 0; i < 2000; ++i) cursors.push_back(cursor("/log/" + std::to_string(i), i));
  put(*ledger, "host", cursors);
  check_cursors(*store.open(), "host", cursors);
}

}  // namespace
}  // namespace relayburn
