// What a power cut or a killed writer leaves at the end of a ledger is set aside; what is proven to
// have been on disk is not.

#include "tests/unit/file/damaged_ledger.h"

namespace relayburn {
namespace {

constexpr size_t kSector = 512;

// The ledger before and after its last batch, each with its cursors.
struct LastBatch : LedgerFolder {
  explicit LastBatch(int turns = 2) {
    open_migrated();
    append(1, 3, 10);
    before = text();
    cursors_before = file("cursors.jsonl");
    append(2, turns, 20);
    after = text();
    cursors_after = file("cursors.jsonl");
  }

  // As after a power cut: cursors are written once the batch is on disk.
  void tear(std::string_view bytes) const {
    remove("ledger.damaged.1");
    log.text.clear();
    put(bytes);
    put_cursors(cursors_before);
  }

  std::string without_sector(size_t number) const {
    std::string text = after;
    const size_t begin = std::max(number * kSector, before.size());
    const size_t end = std::min((number + 1) * kSector, text.size());
    return text.replace(begin, end - begin, end - begin, '\0');
  }

  std::string before, after, cursors_before, cursors_after;
};

void check_reads(const LastBatch& ledger, const std::string& torn) {
  ledger.tear(torn);
  REQUIRE(ledger.turns() == 3);
  REQUIRE(ledger.open().cursors("host").size() == 1);
  REQUIRE((ledger.text() == torn));
}

void check_recovers(const LastBatch& ledger, const std::string& torn) {
  check_reads(ledger, torn);
  ledger.append(3, 1);
  REQUIRE(ledger.turns() == 4);
  REQUIRE((ledger.file("ledger.damaged.1") == torn.substr(ledger.before.size())));
  REQUIRE_FALSE(ledger.has("ledger.damaged.2"));
  REQUIRE_THAT(ledger.log.text, Catch::Contains("ledger.damaged.1"));
  REQUIRE((ledger.text().substr(0, ledger.before.size()) == ledger.before));
}

TEST_CASE("a torn tail of every length is set aside") {
  const LastBatch ledger;
  for (size_t length = ledger.before.size() + 1; length < ledger.after.size(); ++length) {
    CAPTURE(length);
    const std::string torn = ledger.after.substr(0, length);
    check_reads(ledger, torn);
    const bool is_near_the_end = ledger.after.size() - length < 80;  // in the seal
    if (length % 16 == 0 || is_near_the_end) check_recovers(ledger, torn);
  }
}

TEST_CASE("a batch with a sector that never reached the disk is set aside") {
  const LastBatch ledger(9);
  const size_t first = ledger.before.size() / kSector;
  const size_t last = (ledger.after.size() - 1) / kSector;
  REQUIRE(last - first > 3);
  for (size_t number = first; number <= last; ++number) {
    CAPTURE(number);
    check_recovers(ledger, ledger.without_sector(number));
    ledger.tear(ledger.without_sector(number));
    ledger.turns();
    // With its last sector the batch lost its commit line, as while a writer is at work.
    if (number < last - 1) CHECK_THAT(ledger.log.text, Catch::Contains("is not counted"));
  }
  check_recovers(ledger,
                 ledger.before + std::string(ledger.after.size() - ledger.before.size(), '\0'));
}

TEST_CASE("a batch that the cursors prove is never taken for torn") {
  const LastBatch ledger(9);
  std::vector<std::string> damaged = {ledger.after.substr(0, ledger.after.size() - 1),
                                      ledger.after.substr(0, ledger.before.size() + 1)};
  for (size_t number = ledger.before.size() / kSector; number * kSector < ledger.after.size();
       ++number)
    damaged.push_back(ledger.without_sector(number));
  for (const std::string& text : damaged) {
    ledger.put(text);
    CHECK(ledger.read_outcome() == "corrupt");
    CHECK(ledger.cursors_outcome() == "corrupt");
    CHECK(ledger.append_outcome() == "corrupt");
    CHECK((ledger.text() == text));
  }
  CHECK_FALSE(ledger.has("ledger.damaged.1"));
}

TEST_CASE("a batch without cursors of its own is proven by its length") {
  const LedgerFolder ledger;
  ledger.open_migrated();
  ledger.append(1);
  ledger.append(2, 9);
  std::string text = ledger.text();
  text.replace(text.size() / kSector * kSector - kSector, kSector, kSector, '\0');
  ledger.put(text);
  CHECK(ledger.read_outcome() == "corrupt");
}

TEST_CASE("a batch that another one follows is never taken for torn") {
  const LastBatch ledger(9);
  const std::string torn = ledger.without_sector(ledger.after.size() / kSector - 2);
  for (const char* more : {"{", "{\"kind\":\"turn\"}\n"}) {
    ledger.tear(torn + more);
    CHECK(ledger.read_outcome() == "corrupt");
    CHECK(ledger.append_outcome() == "corrupt");
  }
}

TEST_CASE("bytes that no append writes are not taken for a torn write") {
  const LastBatch ledger;
  for (const char* junk :
       {"x", "\n", "{}\n", "{\"kind\":\"turn\"}x", "{\"kind\":\"turn\"}x\n",
        "{\"kind\":\"turn\"\x01", "{\"kind\":\"\xff\xff\xff\xff\xff", "{\"coMmit\":"}) {
    CAPTURE(junk);
    ledger.tear(ledger.before + junk);
    CHECK(ledger.read_outcome() == "corrupt");
    CHECK(ledger.append_outcome() == "corrupt");
    CHECK((ledger.text() == ledger.before + junk));
  }
}

TEST_CASE("each torn write is kept once") {
  const LastBatch ledger;
  const std::string torn = ledger.after.substr(0, ledger.after.size() - 9);
  ledger.tear(torn);
  ledger.append(3, 1);
  // The writer was killed between the copy and the cut.
  ledger.put(torn);
  ledger.put_cursors(ledger.cursors_before);
  ledger.append(3, 1);
  CHECK_FALSE(ledger.has("ledger.damaged.2"));
  const std::string now = ledger.text();
  ledger.put(now + "{\"kind\":");
  ledger.append(4, 1);
  CHECK(ledger.file("ledger.damaged.2") == "{\"kind\":");
}

TEST_CASE("an older copy that was put back has torn writes, too") {
  const LastBatch ledger;
  ledger.put(ledger.before);  // beside the cursors of the longer one
  ledger.append(3, 1);
  const std::string now = ledger.text();
  ledger.put(now + "{\"kind\":");
  ledger.append(4, 1);
  CHECK(ledger.turns() == 5);
}

TEST_CASE("a forget erases what was set aside, a prune what of it has content") {
  const LastBatch ledger;
  const std::string torn = ledger.after.substr(0, ledger.after.size() - 9);
  ledger.tear(torn);
  ledger.append(3, 1);
  ledger.open().prune_content({});
  CHECK(ledger.has("ledger.damaged.1"));
  ledger.open().vacuum_superseded();
  CHECK_FALSE(ledger.has("ledger.damaged.1"));
  ledger.put(ledger.text() + R"({"kind":"content")");
  ledger.open().prune_content({});
  CHECK_FALSE(ledger.has("ledger.damaged.1"));
  CHECK(ledger.turns() == 4);
}

}  // namespace
}  // namespace relayburn
