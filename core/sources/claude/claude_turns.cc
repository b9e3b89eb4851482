#include "core/sources/claude/claude_turns.h"

#include <algorithm>

#include "core/base/json_number.h"
#include "core/records/activity.h"
#include "core/sources/claude/claude_records.h"

namespace relayburn {
namespace {

constexpr size_t kMaxNamedBytes = 64;

// A text of the log, as much as a message or a key needs of it.
std::string shortened(OptText text) {
  return std::string(text.value_or("").substr(0, kMaxNamedBytes));
}

void fill_counts(Turn& turn, const TokenCounts& counts) {
  turn.input = counts.input;
  turn.output = counts.output;
  turn.cache_read = counts.cache_read;
  turn.cache_create_5m = counts.cache_create_5m;
  turn.cache_create_1h = counts.cache_create_1h;
  turn.web_search_requests = counts.web_search_requests;
}

// Fills in the conditions of a price: the request's own, else the message's.
void fill_conditions(Turn& turn, const ClaudeCounts& own, const ClaudeCounts& message) {
  turn.service_tier = stated(own.service_tier) ? own.service_tier : stated(message.service_tier);
  turn.speed = stated(own.speed) ? own.speed : stated(message.speed);
  turn.inference_geo =
      stated(own.inference_geo) ? own.inference_geo : stated(message.inference_geo);
}

// A thought that is logged without its text: the signature holds it, encrypted, as base64 with 230
// bytes of its own (FORMAT.md).
int64_t hidden_bytes(const ClaudeBlock& block) {
  constexpr int64_t kOwnBytes = 240;
  if (size_of(block.text) > 0) return 0;
  return std::max<int64_t>(0, size_of(block.signature) - kOwnBytes) * 3 / 4;
}

// Output of at least 12 bytes a token cannot be what the count says: the log has only the
// placeholder that is written when a reply begins (FORMAT.md 7).
bool is_placeholder(const ClaudeMessage& message, int64_t output) {
  if (message.stop_reason) return false;
  int64_t bytes = 0;
  for (const ClaudeBlock& block : message.blocks)
    bytes += size_of(block.text) + size_of(block.json) + hidden_bytes(block);
  return bytes > 12 * output + 64;
}

int64_t own_keywords(const ClaudeMessage& message) {
  unsigned bits = 0;
  for (const ClaudeBlock& block : message.blocks)
    if (block.kind == ClaudeBlock::Kind::Text) bits |= keyword_bits(block.text.value_or(""));
  return bits;
}

}  // namespace

void ClaudeTurns::emit_response(const ClaudeEnvelope& envelope, const ClaudeResponseName& name) {
  const ClaudeMessage& message = envelope.message;
  report_unknown(message);
  const TokenCounts top = counts_of(message.usage, "usage.");
  std::vector<ClaudeRequest> requests = requests_of(message);
  const ClaudeMessageUsage usage =
      include_requests(top, message.usage.states_tokens() && top != TokenCounts(), requests);
  Turn turn = turn_of(envelope, name);
  fill_counts(turn, usage.own);
  turn.context_tokens = usage.context_tokens;
  fill_conditions(turn, message.usage, message.usage);
  turn.stop_reason = message.stop_reason;
  turn.output_is_lower_bound = is_placeholder(message, usage.whole.output);
  turn.keywords = own_keywords(message);
  turn.revision = out_.revision(usage.whole.output, message.stop_reason.has_value(),
                                turn.output_is_lower_bound);
  out_.add(turn);
  for (size_t i = 0; i < requests.size(); ++i)
    emit_request(envelope, name, i, requests[i], usage.whole.output);
}

// Returns a turn with everything but its counts and its revision.
Turn ClaudeTurns::turn_of(const ClaudeEnvelope& envelope, const ClaudeResponseName& name) {
  Turn turn;
  const Key id = turn_key(kClaudeSource, out_.session, name.message_id);
  out_.fill_head(turn, id, out_.plain_revision());
  turn.message_id = name.message_id;
  turn.call_key = name.is_global ? key_of({kClaudeSource, name.message_id}) : id;
  turn.model = stated(envelope.message.model);
  turn.is_sidechain = is_sidechain_;
  turn.agent_id = agent_;
  turn.is_fork = line_.forked_from_session.has_value();
  turn.uuid = envelope.uuid;
  turn.parent_uuid = line_.parent_uuid;
  turn.request_id = envelope.request_id;
  turn.branch = stated(line_.branch);
  turn.cwd = stated(line_.cwd);
  turn.version = stated(line_.version);
  return turn;
}

TokenCounts ClaudeTurns::counts_of(const ClaudeCounts& logged, std::string_view where) {
  const auto count = [&](OptText token, std::string_view field) {
    return token ? out_.count(token, std::string(where) + std::string(field)) : 0;
  };
  TokenCounts counts;
  counts.input = count(logged.input_tokens, "input_tokens");
  counts.output = count(logged.output_tokens, "output_tokens");
  counts.cache_read = count(logged.cache_read_input_tokens, "cache_read_input_tokens");
  counts.cache_create_5m = count(logged.ephemeral_5m_input_tokens, "ephemeral_5m_input_tokens");
  counts.cache_create_1h = count(logged.ephemeral_1h_input_tokens, "ephemeral_1h_input_tokens");
  if (logged.unknown_cache_kind) {
    counts.cache_create_5m += count(logged.unknown_cache_tokens, *logged.unknown_cache_kind);
    out_.unknown(std::string(where) + "cache_creation has the unknown kind '" +
                 shortened(logged.unknown_cache_kind) + "', which counts as of 5 minutes");
  }
  counts.web_search_requests = count(logged.web_search_requests, "web_search_requests");
  const int64_t created = count(logged.cache_creation_input_tokens, "cache_creation_input_tokens");
  // Older versions log only the total, which is of the 5-minute kind; the breakdown wins.
  if (counts.cache_create_5m == 0 && counts.cache_create_1h == 0) counts.cache_create_5m = created;
  return counts;
}

std::vector<ClaudeRequest> ClaudeTurns::requests_of(const ClaudeMessage& message) {
  std::vector<ClaudeRequest> requests;
  for (const ClaudeIteration& iteration : message.usage.iterations) {
    ClaudeRequest& request = requests.emplace_back();
    request.kind = request_kind(iteration.type);
    const OptText model = stated(iteration.model);
    request.is_of_message_model =
        !model || (message.model && is_same_model(*model, *message.model));
    request.counts = counts_of(iteration, "usage.iterations.");
  }
  return requests;
}

// Writes a request that the message's usage leaves out, or a part of it. Lines of a message that is
// still growing may show sums that do not fit yet: a line that shows the request to be included
// takes back what such a line said.
void ClaudeTurns::emit_request(const ClaudeEnvelope& envelope, const ClaudeResponseName& name,
                               size_t index, const ClaudeRequest& request, int64_t message_output) {
  const bool is_taken_back = request.is_included && !request.is_part && !request.seems_included();
  if (!request.is_billed_apart() && !request.is_part && !is_taken_back) return;
  const ClaudeMessage& message = envelope.message;
  const ClaudeIteration& logged = message.usage.iterations[index];
  const ClaudeResponseName own{
      name.message_id + "#" + shortened(logged.type) + "." + std::to_string(index), name.is_global};
  Turn turn = turn_of(envelope, own);
  turn.is_void = is_taken_back;
  fill_counts(turn, request.counts);
  fill_conditions(turn, logged, message.usage);
  if (stated(logged.model)) turn.model = logged.model;
  // The message is the call that a part is of; what nobody knows counts as tokens, but as no call.
  if (request.is_part || request.kind == ClaudeRequest::Kind::Unknown) turn.calls = 0;
  turn.revision =
      out_.revision(message_output + request.counts.output, message.stop_reason.has_value());
  out_.add(turn);
}

void ClaudeTurns::emit_searches(const ClaudeEnvelope& envelope, std::string_view line_identity) {
  const ClaudeWebSearch& search = envelope.web_search;
  if (!search.has_query || !search.has_results) return;
  std::vector<std::string_view> ids = search.search_ids;
  std::sort(ids.begin(), ids.end());
  const auto distinct = std::unique(ids.begin(), ids.end()) - ids.begin();
  const int64_t searches =
      std::max(static_cast<int64_t>(distinct), out_.count(search.count, "searchCount"));
  if (searches == 0) return;
  ClaudeResponseName name;
  for (const ClaudeBlock& block : envelope.message.blocks)
    if (name.message_id.empty() && block.kind == ClaudeBlock::Kind::ToolResult)
      name.message_id = block.tool_use_id.value_or("");
  if (name.message_id.empty())
    name.message_id = (stated(envelope.uuid) ? "uuid:" : "hash:") + std::string(line_identity);
  Turn turn = turn_of(envelope, name);
  if (!search.search_ids.empty())
    turn.call_key = key_of({kClaudeSource, search.search_ids.front()});
  turn.calls = 0;
  turn.model.reset();
  turn.web_search_requests = searches;
  out_.add(turn);
}

void ClaudeTurns::report_unknown(const ClaudeMessage& message) {
  const ClaudeUsage& usage = message.usage;
  const auto report_count = [&](const ClaudeCounts& counts, std::string_view where) {
    if (counts.states_tokens() && counts.unknown_count)
      out_.unknown(std::string(where) + " has the unknown count '" +
                   shortened(counts.unknown_count) + "', which is not counted");
  };
  report_count(usage, "usage");
  for (const ClaudeIteration& iteration : usage.iterations) {
    report_count(iteration, "usage.iterations");
    if (!iteration.states_tokens() && iteration.unknown_count)
      out_.unknown("usage.iterations has no count that is known, but '" +
                   shortened(iteration.unknown_count) + "'; nothing of it is counted");
  }
  if (usage.has_odd_iterations)
    out_.unknown("usage.iterations holds something that cannot be read; it is passed over");
  for (const ClaudeIteration& iteration : usage.iterations)
    if (request_kind(iteration.type) == ClaudeRequest::Kind::Unknown)
      out_.unknown("usage.iterations has the unknown type '" + shortened(iteration.type) +
                   "'; its tokens are counted");
  if (!usage.states_tokens() && usage.iterations.empty() && usage.unknown_key)
    out_.unknown("usage has no key that is known, but '" + shortened(usage.unknown_key) +
                 "'; nothing of it is counted");
  report_unknown_conditions(usage);
  for (const ClaudeIteration& iteration : usage.iterations) report_unknown_conditions(iteration);
}

void ClaudeTurns::report_unknown_conditions(const ClaudeCounts& counts) {
  report_unknown_value(counts.service_tier, "service tier",
                       {"standard", "priority", "batch", "flex", "default"});
  report_unknown_value(counts.speed, "speed", {"standard", "fast"});
  report_unknown_value(counts.inference_geo, "inference geography",
                       {"not_available", "global", "us"});
}

void ClaudeTurns::report_unknown_value(OptText value, std::string_view what,
                                       std::initializer_list<std::string_view> known) {
  if (!stated(value) || std::find(known.begin(), known.end(), *value) != known.end()) return;
  out_.unknown("the " + std::string(what) + " '" + shortened(value) + "' is unknown");
}

}  // namespace relayburn
