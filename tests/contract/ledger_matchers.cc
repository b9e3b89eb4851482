#include "tests/contract/ledger_matchers.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "core/ledger/export.h"
#include "core/records/record_json.h"

namespace relayburn {
namespace {

size_t column_named(Kind kind, std::string_view name) {
  const auto columns = describe(kind).columns;
  for (size_t i = 0; i < columns.size(); ++i)
    if (columns[i].name == name) return i;
  FAIL("no column " << name);
  return kNoColumn;
}

void check_row(Kind kind, Row found, Row expected) {
  // Cells say more than lines: a false flag that is no null, say.
  if (std::equal(found.begin(), found.end(), expected.begin(), expected.end())) return;
  CHECK(record_line(kind, found) == record_line(kind, expected));
  for (size_t i = 0; i < expected.size(); ++i) {
    INFO("column " << describe(kind).columns[i].name);
    CHECK(found[i].is_null() == expected[i].is_null());
    CHECK(found[i].is_text() == expected[i].is_text());
    CHECK((found[i] == expected[i]));
  }
}

}  // namespace

bool is_refused(StorageAdapter& ledger, const Batch& batch) {
  try {
    ledger.append(batch);
  } catch (const Error& error) {
    return error.kind == ErrorKind::Unavailable;
  }
  return false;
}

Tallies append_row(StorageAdapter& ledger, Kind kind, Row row) {
  Batch batch;
  batch.add_row(kind, row);
  return ledger.append(batch);
}

std::string record_line(Kind kind, Row row) {
  std::string line;
  append_record_json(line, kind, row);
  return line;
}

std::vector<std::string> scan_lines(Snapshot& snapshot, Kind kind, const ScanFilter& filter) {
  std::vector<std::string> lines;
  snapshot.scan(kind, filter, [&](Row row) { lines.push_back(record_line(kind, row)); });
  return lines;
}

std::vector<std::string> scan_texts(Snapshot& snapshot, Kind kind, std::string_view column,
                                    const ScanFilter& filter) {
  const size_t index = column_named(kind, column);
  std::vector<std::string> texts;
  snapshot.scan(kind, filter, [&](Row row) {
    texts.emplace_back(row[index].is_null() ? "(null)" : row[index].text());
  });
  std::sort(texts.begin(), texts.end());
  return texts;
}

std::vector<std::string> message_ids(Snapshot& snapshot, const ScanFilter& filter) {
  return scan_texts(snapshot, Kind::Turn, "message_id", filter);
}

std::vector<std::string> bodies(Snapshot& snapshot, const ScanFilter& filter) {
  return scan_texts(snapshot, Kind::Content, "body", filter);
}

std::string digest(StorageAdapter& ledger) { return export_digest(*ledger.snapshot(), true); }

void check_holds(Snapshot& snapshot, Batch& expected) {
  expected.sort();
  for (const Kind kind : kAllKinds) {
    INFO("kind " << describe(kind).name);
    const size_t count = expected.row_count(kind);
    size_t i = 0;
    snapshot.scan(kind, {}, [&](Row row) {
      if (i < count) check_row(kind, row, expected.row(kind, i));
      ++i;
    });
    CHECK(i == count);
    CHECK(snapshot.count(kind) == static_cast<int64_t>(count));
  }
}

void check_holds(StorageAdapter& ledger, Batch& expected) {
  check_holds(*ledger.snapshot(), expected);
}

}  // namespace relayburn
