#include "core/sources/record_writer.h"

#include "core/base/canonical_json.h"
#include "core/base/json_number.h"
#include "core/base/sha256.h"

namespace relayburn {
namespace {

constexpr size_t kMaxSessionId = 512;

}  // namespace

OptText content_of(OptText text, OptText json, std::string& compact) {
  if (text || !json) return text;
  if (!append_compact_json(compact, *json)) compact = *json;
  return compact;
}

void fill_content_facts(ToolResult& result, OptText content) {
  if (!content) return;
  result.content_bytes = size_of(content);
  result.content_hash = hash_key(*content);
}

std::string sorted_arguments(std::string_view raw_object) {
  std::string sorted;
  if (!append_sorted_json(sorted, raw_object)) sorted = raw_object;
  return sorted;
}

void RecordWriter::issue(std::string_view problem) {
  sink_.issue(line_,
              subject.empty() ? std::string(problem) : subject + ": " + std::string(problem));
}

void RecordWriter::unknown(std::string_view problem) { sink_.unknown(line_, problem); }

void RecordWriter::enter(OptText cwd, OptText logged_remote) {
  if (projects() != nullptr && projects()->hides()) cwd_ = cwd;
  is_admitted_ = projects() == nullptr || projects()->admits(cwd, logged_remote);
}

void RecordWriter::sight(OptText cwd) {
  if (is_admitted_) sink_.sighted(source(), session, cwd);
}

void RecordWriter::fill_head(RecordHead& head, Key id, int64_t revision) const {
  head.id = id;
  head.revision = revision;
  head.source = origin_.source;
  head.session_id = session;
  head.ts = ts;
}

OptText RecordWriter::storable_session(OptText id) {
  if (!id || id->size() <= kMaxSessionId) return stated(id);
  issue("the session id is longer than 512 bytes; taken as absent");
  return std::nullopt;
}

std::optional<Instant> RecordWriter::time(OptText timestamp) {
  if (!timestamp) return std::nullopt;
  const std::optional<Instant> instant = parse_instant(*timestamp);
  if (!instant) issue("timestamp is not a time");
  return instant;
}

int64_t RecordWriter::count(OptText token, std::string_view field) {
  if (!token) return 0;
  const std::optional<int64_t> value = parse_count(*token);
  if (!value) issue(std::string(field) + " is no whole number from 0 to 2^40; counted as 0");
  return value.value_or(0);
}

void RecordWriter::add_edge(Relationship edge) {
  if (!edge.source) edge.source = origin_.source;
  if (!edge.session_id) edge.session_id = session;
  if (!edge.session_id) return;
  if (!edge.ts) edge.ts = ts;
  edge.id = relationship_key(edge);
  add(edge);
}

void RecordWriter::add_content(std::string_view kind, std::string_view role, OptText message_id,
                               OptText tool_use_id, OptText body, OptText block_id) {
  if (!keeps_content() || !body || body->empty()) return;
  if (!block_id) block_id = tool_use_id;
  const std::string identity = block_id ? std::string(*block_id) : to_hex(hash_key(*body));
  Content content;
  fill_head(content, content_key(origin_.source, session, message_id, kind, identity),
            plain_revision());
  content.message_id = message_id;
  content.content_kind = kind;
  content.role = role;
  content.tool_use_id = tool_use_id;
  content.body = *body;
  add(content);
}

}  // namespace relayburn
