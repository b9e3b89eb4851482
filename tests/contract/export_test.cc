// One ledger has one export, whatever its backend: the digest below is the same for all of them.

#include "core/ledger/export.h"

#include <catch2/catch.hpp>

#include "core/base/sha256.h"
#include "core/records/stamps.h"
#include "tests/contract/ledger_matchers.h"
#include "tests/contract/records_for_tests.h"
#include "tests/contract/test_store.h"

namespace relayburn {
namespace {

// These change only with the records' spelling, which would change the digest of every ledger there
// is.
constexpr const char* kDigest = "4cd19c2359aad57c6823ef3905b38e52a23fdfc23faa16b3c05f4db3c2f0f9d6";
constexpr const char* kDigestWithContent =
    "c0c456af116baa43e57e4474f73bbb561d2b00b424c626196f146d8b2688712d";

void fill(Batch& batch) {
  for (const Kind kind : kAllKinds) {
    for (const int seed : {1, 2, 3}) batch.add_row(kind, full_row(kind, seed));
    batch.add_row(kind, bare_row(kind, 4));
  }
  Random random(7);
  for (const Turn& record : random_turns(random, 300)) batch.add(record);
  batch.add(content("quoted \" and \\, 😀, a line\nand a tab\t\x01"));
  add_stamp(batch, stamp(R"({"agentId":"child-agent","parentAgentId":"parent-9"})", "child-1"));
}

// Appends what fill() gives in batches of a few rows, backwards, and all of it twice.
void write_in_pieces(StorageAdapter& ledger) {
  Batch all;
  fill(all);
  for (int round = 0; round < 2; ++round) {
    for (const Kind kind : kAllKinds) {
      Batch piece;
      for (size_t i = all.row_count(kind); i-- > 0;) {
        piece.add_row(kind, all.row(kind, i));
        if (piece.row_count() < 50 && i > 0) continue;
        ledger.append(piece);
        piece.clear();
      }
    }
  }
}

std::string expected_digest(bool with_content) {
  Batch batch;
  fill(batch);
  batch.sort();
  Sha256 hash;
  for (const Kind kind : kAllKinds) {
    if (is_bookkeeping(kind) || (kind == Kind::Content && !with_content)) continue;
    for (size_t i = 0; i < batch.row_count(kind); ++i)
      hash.update(record_line(kind, batch.row(kind, i)) + "\n");
  }
  return hex_digest(hash.finish());
}

TEST_CASE("the digest of a ledger is that of its records' lines") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  Batch batch;
  fill(batch);
  batch.sort();
  ledger->append(batch);
  const auto snapshot = ledger->snapshot();
  CHECK(export_digest(*snapshot, true) == expected_digest(true));
  CHECK(export_digest(*snapshot, false) == expected_digest(false));
}

TEST_CASE("the digest of a fixed ledger is the same in every backend") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  write_in_pieces(*ledger);
  const auto snapshot = ledger->snapshot();
  CHECK(export_digest(*snapshot, false) == kDigest);
  CHECK(export_digest(*snapshot, true) == kDigestWithContent);
}

TEST_CASE("bookkeeping of hosts is not in the digest") {
  const TestStore store;
  const auto ledger = store.open_migrated();
  append(*ledger, turn("m"));
  const std::string before = digest(*ledger);
  Batch batch;
  batch.run = {"run", "host", 1};
  batch.add(sighting("host"));
  batch.add(turn("m"));
  batch.add_row(Kind::Host, full_row(Kind::Host));
  batch.cursors.push_back({.source = "codex", .path = "/log", .state = ""});
  ledger->append(batch);
  CHECK(digest(*ledger) == before);
  CHECK(ledger->snapshot()->count(Kind::Sighting) == 1);
}

TEST_CASE("an empty ledger, made or not, has the digest of no bytes") {
  const TestStore store;
  const std::string of_nothing = hex_digest(Sha256().finish());
  CHECK(digest(*store.open()) == of_nothing);
  CHECK(digest(*store.open_migrated()) == of_nothing);
}

}  // namespace
}  // namespace relayburn
