// A byte that changed in a ledger file is Corrupt, in every call, and nothing is cut off.
#include "tests/unit/file/damaged_ledger.h"

namespace relayburn {
namespace {

struct SmallLedger : LedgerFolder {
  SmallLedger() {
    open_migrated();
    for (int64_t number = 1; number <= 3; ++number) append(number, 2, number * 10);
    open().prune_content({at_start, {}, false});
    append(4);
    whole = text();
    cursors = file("cursors.jsonl");
  }

  static constexpr Instant at_start{0};
  std::string whole;
  std::string cursors;
};

std::string flipped(std::string text, size_t offset, int bit) {
  text[offset] = static_cast<char>(text[offset] ^ (1 << bit));
  return text;
}

// Newlines, the first line and the last commit line are what a crash could be thought to have left.
bool is_delicate(const std::string& whole, size_t offset) {
  return whole[offset] == '\n' || offset < whole.find('\n') ||
         offset >= whole.rfind(R"({"commit")");
}

TEST_CASE("a flipped bit anywhere in a ledger is damage, without the help of its cursors") {
  const SmallLedger ledger;
  ledger.remove("cursors.jsonl");
  std::fstream file(ledger.path(), std::ios::in | std::ios::out | std::ios::binary);
  const auto put = [&](size_t offset, char byte) {
    file.seekp(static_cast<std::streamoff>(offset));
    file.put(byte).flush();
  };
  for (size_t offset = 0; offset < ledger.whole.size(); ++offset) {
    const bool takes_every_bit = is_delicate(ledger.whole, offset);
    for (int bit = 0; bit < 8; ++bit) {
      if (!takes_every_bit && static_cast<size_t>(bit) != offset % 8) continue;
      put(offset, flipped(ledger.whole, offset, bit)[offset]);
      CAPTURE(offset, bit);
      REQUIRE(ledger.read_outcome() == "corrupt");
    }
    put(offset, ledger.whole[offset]);
  }
  CHECK(ledger.turns() == 8);
}

TEST_CASE("every call names a damaged byte, and none changes the file") {
  const SmallLedger ledger;
  for (size_t offset = 0; offset < ledger.whole.size(); offset += 7) {
    const std::string damaged = flipped(ledger.whole, offset, static_cast<int>(offset % 8));
    ledger.put(damaged);
    CAPTURE(offset);
    REQUIRE(ledger.read_outcome() == "corrupt");
    REQUIRE(ledger.cursors_outcome() == "corrupt");
    REQUIRE(ledger.append_outcome() == "corrupt");
    REQUIRE(outcome([&] { ledger.open().prune_content({}); }) == "corrupt");
    REQUIRE(outcome([&] { ledger.open().vacuum_superseded(); }) == "corrupt");
    REQUIRE((ledger.text() == damaged));
  }
  CHECK_FALSE(ledger.has("ledger.damaged.1"));
}

TEST_CASE("damage is named with the file and a byte near it") {
  const SmallLedger ledger;
  const size_t offset = ledger.whole.find("m2-1");
  const size_t line = ledger.whole.rfind('\n', offset) + 1;
  const auto message_of = [&](const std::string& text) -> std::string {
    ledger.put(text);
    try {
      ledger.open().snapshot();
    } catch (const Error& error) {
      return error.what();
    }
    return {};
  };
  CHECK_THAT(message_of(flipped(ledger.whole, offset, 1)),
             Catch::StartsWith(ledger.path() + ": bytes ") && Catch::Contains("its hash differs"));
  CHECK(message_of(flipped(ledger.whole, line + 2, 1)) ==
        ledger.path() + ": byte " + std::to_string(line) + " begins a damaged line");
  const size_t commit = ledger.whole.find(R"({"commit")");
  CHECK(message_of(flipped(ledger.whole, commit + 300, 1)) ==
        ledger.path() + ": byte " + std::to_string(commit) + " begins a damaged commit line");
  CHECK_THAT(message_of(flipped(ledger.whole, 60, 0)), Catch::EndsWith("at byte 0, is damaged"));
}

TEST_CASE("a flipped bit in the cursors costs the cursors, and no record") {
  const SmallLedger ledger;
  for (size_t offset = 0; offset < ledger.cursors.size(); offset += 3) {
    ledger.put_cursors(flipped(ledger.cursors, offset, static_cast<int>(offset % 8)));
    CAPTURE(offset);
    REQUIRE(ledger.open().cursors("host").empty());
    REQUIRE(ledger.turns() == 8);
  }
}

TEST_CASE("a batch that is missing, repeated or in another order is damage") {
  const SmallLedger ledger;
  std::vector<std::string> batches = {""};
  for (size_t begin = ledger.whole.find('\n') + 1, end; begin < ledger.whole.size(); begin = end) {
    end = ledger.whole.find('\n', ledger.whole.find(R"({"commit")", begin)) + 1;
    batches.push_back(ledger.whole.substr(begin, end - begin));
  }
  batches[0] = ledger.whole.substr(0, ledger.whole.find('\n') + 1);
  REQUIRE(batches.size() == 6);
  const auto with = [&](std::initializer_list<size_t> order) {
    std::string text = batches[0];
    for (const size_t number : order) text += batches[number];
    return text;
  };
  ledger.remove("cursors.jsonl");
  for (const std::string& text : {with({1, 2, 4, 5}), with({2, 3, 4, 5}), with({1, 2, 2, 3, 4, 5}),
                                  with({1, 3, 2, 4, 5}), with({1, 2, 3, 4, 5, 5})}) {
    ledger.put(text);
    CHECK(ledger.read_outcome() == "corrupt");
  }
  // An older copy of the file that was put back is a ledger.
  ledger.put_cursors(ledger.cursors);
  ledger.put(with({1, 2}));
  CHECK(ledger.turns() == 4);
  CHECK(ledger.open().cursors("host").empty());
}

TEST_CASE("a newer version is too new, unless one bit makes it of ours") {
  const SmallLedger ledger;
  const auto with_version = [&](const std::string& version) {
    std::string text = ledger.whole;
    ledger.put(text.replace(text.find("\"version\":2") + 10, 1, version));
    return ledger.read_outcome();
  };
  CHECK(with_version("9") == "too new");
  CHECK(with_version("9999") == "too new");
  CHECK(with_version("3") == "corrupt");
  CHECK(with_version("0") == "corrupt");
  ledger.put(header_line({3, "of version three", {}}));
  CHECK(ledger.read_outcome() == "too new");
}

}  // namespace
}  // namespace relayburn
