#pragma once
// Records of each kind, and rows of every kind made from its description alone, so that a new
// column or kind is tested without a change here.

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "core/records/batch.h"
#include "core/records/described.h"
#include "core/records/keys.h"
#include "core/records/merge.h"

namespace relayburn {

// Records borrow their text; this keeps it until the program ends. Thread-safe.
std::string_view kept(std::string text);

inline constexpr Instant at(int64_t seconds) {
  return {1'770'000'000'000'000 + seconds * 1'000'000};
}

// Plain ones: session "s", source "claude-code", at(0), revision 1; change what the test is about,
// and call with_key() where that is part of the key.
Turn turn(std::string_view message_id, OptText session = "s");
ToolCall tool_call(std::string_view tool_use_id, OptText session = "s");
Content content(std::string_view block, OptText session = "s", std::optional<Instant> ts = at(0));
Stamp stamp(std::string_view enrichment, OptText session = "s");
Sighting sighting(std::string_view host_id, OptText session = "s");
// `turn` again, under the key and call key that its fields give.
Turn with_key(Turn turn);

// A row that owns what its cells point to.
struct TestRow {
  Kind kind;
  std::vector<Cell> cells;

  Cell& operator[](std::string_view column);
  operator Row() const { return cells; }
};
// With every column set, and with every nullable one absent. Equal seeds make equal rows, others
// differ in every column.
TestRow full_row(Kind kind, int seed = 0);
TestRow bare_row(Kind kind, int seed = 0);

// The same numbers on every machine, which std's distributions do not promise.
class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}
  size_t below(size_t end) { return engine_() % end; }
  bool one_in(size_t n) { return below(n) == 0; }
  template <class T>
  const T& pick(const std::vector<T>& items) {
    return items[below(items.size())];
  }
  template <class T>
  void shuffle(std::vector<T>& items) {
    for (size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

 private:
  std::mt19937_64 engine_;
};

// Turns as a fleet writes them: copies of calls in forks and sidechains, half-written and repaired
// versions of one key, voids, and every nullable column sometimes absent.
std::vector<Turn> random_turns(Random& random, size_t count);

}  // namespace relayburn
