#include "core/sources/codex/codex_turns.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/base/uuid.h"
#include "core/records/keys.h"
#include "core/sources/codex/codex_records.h"

namespace relayburn {
namespace {

// The newest log without turn ids that is known to be as it was written is of version 0.106.
bool writes_turn_ids(std::string_view version) {
  constexpr int first_minor = 110;
  int major = 0, minor = 0;
  const char* const end = version.data() + version.size();
  const auto [point, error] = std::from_chars(version.data(), end, major);
  if (error != std::errc() || point == end || *point != '.') return false;
  if (std::from_chars(point + 1, end, minor).ec != std::errc()) return false;
  return major > 0 || minor >= first_minor;
}

std::optional<std::string> own(OptText text) {
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

}  // namespace

void report_odd_time(const CodexLine& line, RecordWriter& out) {
  if (line.timestamp && !out.ts) out.issue("timestamp is not a time");
}

void CodexTurns::take_token_count() {
  take_plan();
  const std::optional<CodexStep> step = relayburn::take_token_count(item_, state_, out_);
  if (!step || state_.is_recorded) return;
  report_odd_time(line_, out_);
  const std::string message_id = state_.turn_id.value_or("-") + "#" + totals_text(step->totals);
  Turn turn = make_turn(step->usage, message_id);
  turn.context_tokens = step->context_tokens;
  turn.call_key = call_key(step->totals, turn.id);
  out_.add(turn);
  calls_.on_usage(message_id, false);
  state_.counted = CodexCountedTurn{message_id, turn.call_key, step->usage};
}

void CodexTurns::take_usage_record() {
  session_.take_turn_id();
  const std::optional<CodexCountedTurn> counted = state_.counted;
  const std::optional<CodexStep> step = relayburn::take_usage_record(item_, state_, out_);
  if (!step) return;
  report_odd_time(line_, out_);
  state_.is_recorded = true;
  const OptText response = bounded_response_id();
  const std::string message_id =
      response ? std::string(*response)
               : state_.turn_id.value_or("-") + "#" + totals_text(step->totals);
  // The token_count of the same response came first.
  const bool is_same = counted && counted->usage == step->usage;
  if (is_same && counted->message_id != message_id) add_void_turn(*counted);
  Turn turn = make_turn(step->usage, message_id);
  turn.call_key = response ? key_of({kCodexSource, response}) : call_key(step->totals, turn.id);
  turn.request_id = response;
  out_.add(turn);
  await_plan(turn, step->usage);
  calls_.on_usage(message_id, is_same);
  state_.counted.reset();
}

OptText CodexTurns::bounded_response_id() {
  std::optional<std::string> id;
  session_.keep(id, item_.response_id, "response_id");
  return id ? item_.response_id : std::nullopt;
}

Turn CodexTurns::make_turn(const CodexCounts& usage, const std::string& message_id) {
  Turn turn;
  out_.fill_head(turn, turn_key(kCodexSource, out_.session, message_id),
                 out_.revision(usage.output, false));
  turn.message_id = message_id;
  const bool is_own_model = stated(item_.model) && !state_.local_provider;
  turn.model = is_own_model ? item_.model : view(state_.model);
  turn.input = std::max<int64_t>(0, usage.input - usage.cached - usage.cache_write);
  turn.output = usage.output;
  turn.reasoning = usage.reasoning;
  turn.cache_read = usage.cached;
  turn.cache_create_5m = usage.cache_write;
  session_.check_service_tier(stated(item_.service_tier));
  turn.service_tier = stated(item_.service_tier) ? item_.service_tier : view(state_.service_tier);
  turn.plan = view(state_.plan);
  turn.is_sidechain = state_.is_sidechain;
  if (state_.is_sidechain) turn.agent_id = out_.session;
  turn.is_fork = state_.is_fork;
  turn.keywords = state_.phase == CodexPhase::Items ? state_.keywords : 0;
  turn.parent_uuid = view(state_.turn_id);
  turn.branch = view(state_.branch);
  turn.cwd = view(state_.cwd);
  turn.remote = view(state_.remote);
  turn.version = view(state_.version);
  session_.sight();
  return turn;
}

// Copies in forked files keep turn ids, older ones the times: both keep the totals. Where a log of
// a version that writes turn ids has none, its copies were stamped anew, and the session that the
// history is of tells which they are. A line that has nothing of it is nobody's copy.
Key CodexTurns::call_key(const CodexCounts& totals, const Key& own) const {
  if (state_.turn_id && is_uuid(*state_.turn_id))
    return key_of({kCodexSource, *state_.turn_id, totals_text(totals)});
  if (!state_.turn_id && state_.root && writes_turn_ids(state_.version.value_or("")))
    return key_of({kCodexSource, *state_.root, all_totals_text(totals)});
  if (!stated(line_.timestamp)) return own;
  return key_of({kCodexSource, line_.timestamp, totals_text(totals)});
}

void CodexTurns::add_void_turn(const CodexCountedTurn& counted) {
  Turn turn;
  out_.fill_head(turn, turn_key(kCodexSource, out_.session, counted.message_id),
                 out_.revision(counted.usage.output, true));
  turn.is_void = true;
  turn.message_id = counted.message_id;
  turn.call_key = counted.call_key;
  out_.add(turn);
}

// ---- plans

// The plan stands in the rate limits of a token_count. Where they name none the last one holds.
void CodexTurns::take_plan() {
  session_.keep(state_.plan, item_.plan, "plan_type");
  if (state_.plan && state_.planless)
    add_again_with_plan(*std::exchange(state_.planless, std::nullopt));
}

void CodexTurns::await_plan(const Turn& turn, const CodexCounts& usage) {
  state_.planless.reset();
  const auto is_long = [](OptText text) { return text.value_or("").size() > kMaxCodexText; };
  if (state_.plan || is_long(turn.model) || is_long(turn.service_tier)) return;
  state_.planless = CodexPlanlessTurn{
      std::string(turn.message_id), turn.call_key,        usage,        own(turn.model),
      own(turn.service_tier),       own(turn.request_id), std::nullopt, turn.keywords};
  if (turn.ts) state_.planless->ts_us = turn.ts->us;
}

void CodexTurns::add_again_with_plan(const CodexPlanlessTurn& planless) {
  Turn turn = make_turn(planless.usage, planless.message_id);
  turn.revision = out_.revision(planless.usage.output, true);  // replaces the one without a plan
  turn.ts = planless.ts_us ? std::optional(Instant{*planless.ts_us}) : std::nullopt;
  turn.call_key = planless.call_key;
  turn.model = view(planless.model);
  turn.service_tier = view(planless.service_tier);
  turn.request_id = view(planless.request_id);
  turn.keywords = planless.keywords;
  out_.add(turn);
}

}  // namespace relayburn
