#include "tests/contract/records_for_tests.h"

#include <deque>
#include <mutex>
#include <stdexcept>

#include "core/base/sha256.h"

namespace relayburn {
namespace {

template <class Record>
Record headed(OptText session) {
  Record record;
  record.revision = 1;
  record.source = "claude-code";
  record.session_id = session;
  record.ts = at(0);
  return record;
}

Key some_key(std::string_view what, int seed) {
  return hash_key(std::string(what) + "/" + std::to_string(seed));
}

Cell full_cell(const Column& column, int seed, int64_t number) {
  const std::string name(column.name);
  switch (column.type) {
    case ColumnType::Key:
      return Cell::text(kept(std::string(some_key(name, seed).view())));
    case ColumnType::Integer:
      return Cell::integer(number);
    case ColumnType::Instant:
      return Cell::integer(at(number).us + number);
    case ColumnType::Flag:
      return Cell::integer(1);
    case ColumnType::Text:
      return Cell::text(kept(name + " " + std::to_string(seed) + " ✓"));
  }
  return {};
}

OptText maybe(Random& random, const std::vector<std::string_view>& texts) {
  return random.one_in(5) ? OptText() : OptText(random.pick(texts));
}

}  // namespace

std::string_view kept(std::string text) {
  static std::mutex mutex;
  static std::deque<std::string> texts;
  const std::lock_guard guard(mutex);
  return texts.emplace_back(std::move(text));
}

Turn with_key(Turn turn) {
  turn.id = turn_key(turn.source, turn.session_id, turn.message_id);
  turn.call_key = key_of({turn.source, turn.message_id});
  return turn;
}

Turn turn(std::string_view message_id, OptText session) {
  auto turn = headed<Turn>(session);
  turn.message_id = message_id;
  turn.model = "claude-opus-4-5";
  turn.input = 3;
  turn.output = 5;
  return with_key(turn);
}

ToolCall tool_call(std::string_view tool_use_id, OptText session) {
  auto call = headed<ToolCall>(session);
  call.message_id = "m";
  call.tool_use_id = tool_use_id;
  call.name = "Bash";
  call.args_hash = some_key(tool_use_id, 0);
  call.id = tool_call_key(call.source, session, call.message_id, tool_use_id);
  return call;
}

Content content(std::string_view block, OptText session, std::optional<Instant> ts) {
  auto content = headed<Content>(session);
  content.ts = ts;
  content.message_id = "m";
  content.content_kind = "text";
  content.role = "assistant";
  content.body = block;
  content.id =
      content_key(content.source, session, content.message_id, content.content_kind, block);
  return content;
}

Stamp stamp(std::string_view enrichment, OptText session) {
  Stamp stamp;
  stamp.revision = 1;
  stamp.session_id = session;
  stamp.ts = at(0);
  stamp.enrichment = enrichment;
  return stamp;
}

Sighting sighting(std::string_view host_id, OptText session) {
  Sighting sighting;
  sighting.revision = 1;
  sighting.source = "claude-code";
  sighting.session_id = session;
  sighting.host_id = host_id;
  sighting.id = sighting_key(sighting);
  return sighting;
}

Cell& TestRow::operator[](std::string_view column) {
  const auto columns = describe(kind).columns;
  for (size_t i = 0; i < columns.size(); ++i)
    if (columns[i].name == column) return cells[i];
  throw std::out_of_range("no such column: " + std::string(column));
}

TestRow full_row(Kind kind, int seed) {
  TestRow row{kind, {}};
  int64_t number = seed * 100;
  for (const Column& column : describe(kind).columns)
    row.cells.push_back(full_cell(column, seed, ++number));
  return row;
}

TestRow bare_row(Kind kind, int seed) {
  TestRow row = full_row(kind, seed);
  const auto columns = describe(kind).columns;
  for (size_t i = 0; i < columns.size(); ++i)
    if (columns[i].nullable) row.cells[i] = Cell();
  row["id"] = Cell::text(kept(std::string(some_key("bare id", seed).view())));
  return row;
}

namespace {

Turn random_turn(Random& random) {
  static const std::vector<std::optional<Instant>> times = {std::nullopt,
                                                            at(0),
                                                            at(1),
                                                            at(899),
                                                            at(900),
                                                            at(86400),
                                                            {},
                                                            Instant{-1},
                                                            Instant{-900'000'000},
                                                            Instant{-900'000'001}};
  Turn turn;
  turn.source = maybe(random, {"claude-code", "codex", "opencode", ""});
  turn.session_id = maybe(random, {"a", "b", "B", "", "ä", "a|b", "a%"});
  turn.message_id = kept("m" + std::to_string(random.below(40)));
  turn = with_key(turn);
  turn.call_key = key_of({"call", kept(std::to_string(random.below(60)))});
  turn.revision = make_revision(1 + static_cast<int64_t>(random.below(2)),
                                static_cast<int64_t>(random.below(3)));
  turn.ts = random.pick(times);
  turn.is_void = random.one_in(12);
  turn.is_sidechain = random.one_in(3);
  turn.is_fork = random.one_in(3);
  return turn;
}

void set_facts(Turn& turn, Random& random) {
  static const std::vector<int64_t> counts = {0, 1, 7, 1000, 199'999, 200'000, int64_t{1} << 40};
  for (int64_t* count : {&turn.input, &turn.output, &turn.reasoning, &turn.cache_read,
                         &turn.cache_create_5m, &turn.cache_create_1h, &turn.web_search_requests})
    *count = random.pick(counts);
  if (random.one_in(4)) turn.context_tokens = random.pick(counts);
  turn.output_is_lower_bound = random.one_in(4);
  turn.model = maybe(random, {"claude-opus-4-5", "gpt-5", "", "GPT-5"});
  turn.service_tier = maybe(random, {"standard", "batch", "priority"});
  turn.speed = maybe(random, {"standard", "fast"});
  turn.inference_geo = maybe(random, {"us", "not_available"});
  turn.plan = maybe(random, {"pro", "team"});
  turn.agent_id = maybe(random, {"agent-1", "agent-2", ""});
  turn.cwd = maybe(random, {"/home/a", "/home/a ", "/home/ä/😀"});
  turn.remote = maybe(random, {"github.com/a/b", ""});
  turn.branch = maybe(random, {"main", "fix/🐛", "main\n"});
}

}  // namespace

std::vector<Turn> random_turns(Random& random, size_t count) {
  std::vector<Turn> turns;
  while (turns.size() < count) {
    turns.push_back(random_turn(random));
    set_facts(turns.back(), random);
  }
  return turns;
}

}  // namespace relayburn
