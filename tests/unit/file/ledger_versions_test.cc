// A ledger file of version 1, as relayburn 0.1.0 wrote it, is read, and upgraded by the next write.

#include "tests/unit/file/damaged_ledger.h"

namespace relayburn {
namespace {

std::string version_1() { return read_whole_file(RELAYBURN_TEST_DATA "/ledger/version_1.jsonl"); }

std::vector<int64_t> counts(FileLedger ledger) {
  const std::unique_ptr<Snapshot> snapshot = ledger.snapshot();
  std::vector<int64_t> counts;
  for (const Kind kind : kAllKinds) counts.push_back(snapshot->count(kind));
  for (const RunCounts& run : snapshot->runs())
    for (const Tally& tally : run.tallies)
      counts.insert(counts.end(), {tally.inserted, tally.updated, tally.duplicate});
  return counts;
}

// The lines of records, which an upgrade does not touch.
std::string records_of(const std::string& text) {
  std::string records;
  for (size_t begin = 0, end; begin < text.size(); begin = end) {
    end = text.find('\n', begin) + 1;
    if (text.compare(begin, 7, "{\"kind\"") == 0) records += text.substr(begin, end - begin);
  }
  return records;
}

TEST_CASE("a ledger of version 1 is read as it is") {
  const LedgerFolder ledger;
  ledger.put(version_1());
  const StoreInfo info = ledger.open().info();
  CHECK(info.schema == SchemaState::Behind);
  CHECK((info.schema_version == 1 && info.newest_version == 2));
  CHECK(ledger.turns() > 0);
  CHECK((ledger.text() == version_1()));
}

TEST_CASE("migrating and writing upgrade a ledger of version 1 and lose nothing") {
  const LedgerFolder migrated, written;
  for (const LedgerFolder* ledger : {&migrated, &written}) ledger->put(version_1());
  const auto before = counts(migrated.open());
  const MigrationResult result = migrated.open().migrate();
  CHECK((result.from_version == 1 && result.to_version == 2));
  CHECK(counts(migrated.open()) == before);
  CHECK((records_of(migrated.text()) == records_of(version_1())));
  CHECK(migrated.open().info().schema == SchemaState::Current);

  const int64_t turns = written.turns();
  written.append(1, 2);
  CHECK(written.turns() == turns + 2);
  CHECK((written.text().substr(0, migrated.text().size()) == migrated.text()));
}

TEST_CASE("an upgrade keeps the cursors, and sets a torn tail aside") {
  const LedgerFolder ledger;
  ledger.put(version_1());
  const int64_t length = static_cast<int64_t>(version_1().size());
  const auto end_hash = static_cast<int64_t>(hash_u64(
      version_1().substr(version_1().size() - std::min<size_t>(4096, version_1().size()))));
  // As version 1 wrote them.
  std::string text =
      R"({"ledgerId":")" +
      parse_header_line(version_1().substr(0, version_1().find('\n')), "").ledger_id +
      R"(","length":)" + std::to_string(length) + R"(,"endHash":)" + std::to_string(end_hash) +
      "}\n" +
      R"({"host":"host","source":"codex","log":"2f61","device":1,"inode":2,"size":3,"mtimeNs":4,)" +
      R"("ctimeNs":5,"offset":6,"parserVersion":7,"lines":8,"headHash":9,"tailHash":10,"state":""})" +
      "\n";
  text += to_hex(hash_key(text)) + "\n";
  ledger.put_cursors(text);
  REQUIRE(ledger.open().cursors("host").size() == 1);
  ledger.put(version_1() + "{\"kind\":\"tu");
  ledger.open().migrate();
  CHECK(ledger.file("ledger.damaged.1") == "{\"kind\":\"tu");
  REQUIRE(ledger.open().cursors("host").size() == 1);
  CHECK(ledger.open().cursors("host")[0].path == "/a");
}

TEST_CASE("a damaged ledger of version 1 is named, and not upgraded") {
  const LedgerFolder ledger;
  std::string text = version_1();
  text[text.find("\"output\":") + 9] ^= 1;
  ledger.put(text);
  CHECK(ledger.read_outcome() == "corrupt");
  CHECK(outcome([&] { ledger.open().migrate(); }) == "corrupt");
  CHECK(ledger.append_outcome() == "corrupt");
  CHECK((ledger.text() == text));
}

}  // namespace
}  // namespace relayburn
