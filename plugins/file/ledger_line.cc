#include "plugins/file/ledger_line.h"

#include <simdjson.h>

#include <bit>
#include <charconv>

#include "core/base/error.h"
#include "core/base/json_writer.h"
#include "core/base/sha256.h"

namespace relayburn {
namespace {

namespace dom = simdjson::dom;

std::string text_of(dom::object object, std::string_view key) {
  std::string_view text;
  return object[key].get(text) ? std::string() : std::string(text);
}

int64_t number_of(dom::object object, std::string_view key) {
  int64_t number = 0;
  return object[key].get(number) ? 0 : number;
}

// Parses a line that is {"<name>":{…}}; the parser owns the result.
std::optional<dom::object> parse_wrapped(dom::parser& parser, std::string_view line,
                                         std::string_view name) {
  dom::object root, inner;
  if (parser.parse(simdjson::padded_string(line)).get(root) || root[name].get(inner))
    return std::nullopt;
  return inner;
}

void take(std::string_view& line, size_t size) { line.remove_prefix(std::min(size, line.size())); }

bool take_literal(std::string_view& line, std::string_view literal) {
  if (!line.starts_with(literal)) return false;
  take(line, literal.size());
  return true;
}

// Where a record's time stands, if it states one. A quote inside of a string is escaped, so these
// bytes are found as a key only.
int64_t time_of(std::string_view rest) {
  constexpr std::string_view key = R"(,"ts":")";
  const size_t found = rest.find(key);
  if (found == std::string_view::npos) return INT64_MAX;
  rest.remove_prefix(found + key.size());
  const std::optional<Instant> instant = parse_instant(rest.substr(0, rest.find('"')));
  return instant ? instant->us : INT64_MAX;
}

constexpr std::string_view kSealBegin = R"(,"sha256":")";
constexpr std::string_view kSealEnd = R"("})";
constexpr size_t kSealSize = 64;

std::string hash_of(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hex_digest(hash.finish());
}

// Whether the number is ours with one bit of its digit flipped. Any other newer version was written
// as such.
bool is_our_version_flipped(int64_t version) {
  static_assert(kFileVersion < 10);
  if (version < 0 || version > 9) return false;
  return std::popcount(static_cast<uint64_t>(version ^ kFileVersion)) == 1;
}

}  // namespace

std::string sealed(std::string object) {
  object.pop_back();
  const std::string seal = hash_of(object);
  return object.append(kSealBegin).append(seal).append(kSealEnd);
}

std::optional<std::string> seal_of(std::string_view line) {
  constexpr size_t added = kSealBegin.size() + kSealSize + kSealEnd.size();
  if (line.size() < added) return std::nullopt;
  const std::string_view object = line.substr(0, line.size() - added);
  std::string seal = hash_of(object);
  line.remove_prefix(object.size());
  if (line != std::string(kSealBegin).append(seal).append(kSealEnd)) return std::nullopt;
  return seal;
}

std::string header_line(const LedgerHeader& header) {
  std::string line;
  JsonWriter(line)
      .begin_object()
      .key("relayburn")
      .string("ledger")
      .key("version")
      .integer(header.version)
      .key("ledgerId")
      .string(header.ledger_id)
      .end_object();
  return sealed(std::move(line)) + "\n";
}

LedgerHeader parse_header_line(std::string_view line, const std::string& path) {
  dom::parser parser;
  dom::object root;
  if (parser.parse(simdjson::padded_string(line)).get(root) ||
      text_of(root, "relayburn") != "ledger")
    throw Error(ErrorKind::Corrupt, path + " is no ledger of relayburn: its first line is another");
  const LedgerHeader header{number_of(root, "version"), text_of(root, "ledgerId"),
                            seal_of(line).value_or("")};
  const bool is_newer = header.version > kFileVersion && !is_our_version_flipped(header.version);
  if (header.version != 1 && header.seal.empty() && !is_newer)
    throw Error(ErrorKind::Corrupt, path + ": the first line, at byte 0, is damaged");
  return header;
}

std::string commit_line(const CommitLine& commit) {
  std::string line;
  JsonWriter json(line);
  json.begin_object().key("commit").begin_object().key("previous").string(commit.previous);
  json.key("bytes").integer(commit.bytes).key("sha256").string(commit.sha256);
  json.key("run").string(commit.run.run_id).key("host").string(commit.run.host_id);
  json.key("batch").integer(commit.run.batch_number);
  if (commit.run.rejected > 0) json.key("rejected").integer(commit.run.rejected);
  if (commit.run.unknown > 0) json.key("unknown").integer(commit.run.unknown);
  json.key("counts").begin_object();
  for (const Kind kind : kAllKinds) {
    const Tally& tally = commit.tallies[index_of(kind)];
    if (tally == Tally{}) continue;
    json.key(describe(kind).name).begin_array();
    json.integer(tally.inserted).integer(tally.updated).integer(tally.duplicate).end_array();
  }
  json.end_object().end_object().end_object();
  return sealed(std::move(line)) + "\n";
}

std::optional<CommitLine> parse_commit_line(std::string_view line) {
  dom::parser parser;
  const auto object = parse_wrapped(parser, line, "commit");
  if (!object) return std::nullopt;
  CommitLine commit;
  commit.previous = text_of(*object, "previous");
  commit.seal = seal_of(line).value_or("");
  commit.bytes = number_of(*object, "bytes");
  commit.sha256 = text_of(*object, "sha256");
  commit.run.run_id = text_of(*object, "run");
  commit.run.host_id = text_of(*object, "host");
  commit.run.batch_number = number_of(*object, "batch");
  commit.run.rejected = number_of(*object, "rejected");
  commit.run.unknown = number_of(*object, "unknown");
  dom::object counts;
  if ((*object)["counts"].get(counts)) return std::nullopt;
  for (const auto& [name, value] : counts) {
    const KindDescription* kind = find_kind(name);
    dom::array numbers;
    if (kind == nullptr || value.get(numbers)) continue;
    Tally& tally = commit.tallies[index_of(kind->kind)];
    size_t i = 0;
    for (int64_t* field : {&tally.inserted, &tally.updated, &tally.duplicate})
      if (numbers.at(i++).get(*field)) return std::nullopt;
  }
  return commit;
}

std::string prune_line(const PruneLine& prune) {
  std::string line;
  JsonWriter json(line);
  json.begin_object().key("prune").begin_object().key("cutoffUs").integer(prune.cutoff_us);
  json.key("kept").begin_array();
  for (const auto& [source, session] : prune.kept)
    json.begin_array().string(source).string(session).end_array();
  json.end_array().end_object().end_object();
  return line + "\n";
}

std::optional<PruneLine> parse_prune_line(std::string_view line) {
  dom::parser parser;
  const auto object = parse_wrapped(parser, line, "prune");
  dom::array kept;
  if (!object || (*object)["kept"].get(kept)) return std::nullopt;
  PruneLine prune{number_of(*object, "cutoffUs"), {}};
  for (dom::element each : kept) {
    std::string_view source, session;
    if (each.at(0).get(source) || each.at(1).get(session)) return std::nullopt;
    prune.kept.emplace(source, session);
  }
  return prune;
}

std::optional<RecordHeadLine> parse_record_head(std::string_view line) {
  if (!take_literal(line, R"({"kind":")")) return std::nullopt;
  const KindDescription* kind = find_kind(line.substr(0, line.find('"')));
  if (kind == nullptr) return std::nullopt;
  take(line, kind->name.size());
  if (!take_literal(line, R"(","id":")")) return std::nullopt;
  const std::optional<Key> id = key_from_hex(line.substr(0, 32));
  take(line, 32);
  if (!id || !take_literal(line, R"(","revision":)")) return std::nullopt;
  RecordHeadLine head{kind->kind, *id, {}};
  const auto [end, error] =
      std::from_chars(line.data(), line.data() + line.size(), head.rank.revision);
  if (error != std::errc()) return std::nullopt;
  if (kind->time != kNoColumn) head.rank.time_us = time_of(line);
  return head;
}

}  // namespace relayburn
