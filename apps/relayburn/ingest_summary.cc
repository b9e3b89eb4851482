#include "apps/relayburn/ingest_summary.h"

#include <algorithm>

#include "core/base/instant.h"
#include "core/base/terminal_text.h"

namespace relayburn {
namespace {

constexpr Kind kReported[] = {Kind::Turn,     Kind::ToolCall,     Kind::ToolResult,
                              Kind::UserTurn, Kind::Relationship, Kind::Compaction,
                              Kind::Price,    Kind::SessionCost,  Kind::Content};

void write_issues(JsonWriter& json, const IngestSummary& summary) {
  json.key("issues").begin_array();
  for (const IngestIssue& issue : summary.issues) {
    json.begin_object().key("path").string(issue.path);
    if (issue.line > 0) json.key("line").integer(issue.line);
    json.key("problem").string(issue.problem).end_object();
  }
  json.end_array().key("issuesOmitted").integer(summary.issues_omitted);
}

}  // namespace

void write_tallies(JsonWriter& json, const Tallies& tallies) {
  json.begin_object();
  for (const Kind kind : kReported) {
    const Tally& tally = tallies[index_of(kind)];
    json.key(describe(kind).name).begin_object().key("inserted").integer(tally.inserted);
    json.key("updated").integer(tally.updated).key("duplicate").integer(tally.duplicate);
    json.end_object();
  }
  json.end_object();
}

std::string tally_text(const Tally& tally) {
  return with_thousands(tally.inserted) + " new, " + with_thousands(tally.updated) + " updated, " +
         with_thousands(tally.duplicate) + " known";
}

std::string render_json(const IngestResult& result) {
  const IngestSummary& summary = result.summary;
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("schemaVersion").integer(1).key("storage").string(result.storage);
  json.key("hostId").string(result.host_id).key("hostLabel").string(result.host_label);
  if (result.is_skipped) json.key("skipped").string("another run");
  if (result.holder) {
    json.key("holder").begin_object().key("pid").integer(result.holder->pid);
    json.key("host").string(result.holder->host);
    json.key("since").string(format_instant(result.holder->since)).end_object();
  }
  if (result.is_dry_run) json.key("dryRun").boolean(true);
  json.key("files").begin_object().key("found").integer(summary.files.found);
  json.key("read").integer(summary.files.read).key("unchanged").integer(summary.files.unchanged);
  json.key("failed").integer(summary.files.failed).end_object();
  json.key("bytesRead").integer(summary.bytes_read).key("lines").begin_object();
  json.key("read")
      .integer(summary.lines_read)
      .key("rejected")
      .integer(summary.lines_rejected)
      .end_object();
  json.key("records");
  write_tallies(json, summary.tallies);
  if (summary.records_refused > 0) json.key("recordsRefused").integer(summary.records_refused);
  write_issues(json, summary);
  json.key("elapsedMs").integer(result.elapsed_ms).end_object();
  return text + "\n";
}

std::string skipped_text(const IngestResult& result) {
  return "another ingest is at work" +
         (result.holder ? " (" + printable(result.holder->text()) + ")" : std::string()) +
         "; it will look once more before it ends";
}

std::string render_text(const IngestResult& result) {
  if (result.is_skipped) return skipped_text(result) + "\n";
  const IngestSummary& summary = result.summary;
  Tally others;
  for (const Kind kind : kReported)
    if (kind != Kind::Turn) others += summary.tallies[index_of(kind)];
  std::string text = result.is_dry_run ? "dry run: nothing was written\n" : "";
  text +=
      "logs     " + with_thousands(summary.files.found) + " found, " +
      with_thousands(summary.files.read) + " read, " + with_thousands(summary.files.unchanged) +
      " unchanged" +
      (summary.files.failed > 0 ? ", " + with_thousands(summary.files.failed) + " failed" : "") +
      "\n";
  text += "lines    " + with_thousands(summary.lines_read) + " read, " +
          with_thousands(summary.lines_rejected) + " rejected\n";
  text += "turns    " + tally_text(summary.tallies[index_of(Kind::Turn)]) + "\n";
  text += "others   " + tally_text(others) + "\n";
  if (summary.records_refused > 0)
    text += "refused  " + with_thousands(summary.records_refused) + " records, by the store\n";
  text += "in       " + with_thousands(result.elapsed_ms) + " ms, into " + result.storage + "\n";
  return text;
}

std::string render_line(const IngestResult& result) {
  if (result.is_skipped) return skipped_text(result) + "\n";
  const IngestSummary& summary = result.summary;
  return format_instant({now().us / 1'000'000 * 1'000'000}) + " " +
         with_thousands(summary.files.read) + " logs, " + with_thousands(summary.lines_read) +
         " lines read, " + with_thousands(summary.lines_rejected) + " rejected; turns " +
         tally_text(summary.tallies[index_of(Kind::Turn)]) + "\n";
}

std::string render_issues(const IngestSummary& summary) {
  constexpr size_t shown = 10;
  std::string text;
  for (size_t i = 0; i < std::min(shown, summary.issues.size()); ++i) {
    const IngestIssue& issue = summary.issues[i];
    text += printable(issue.path) + ":" + (issue.line > 0 ? std::to_string(issue.line) + ":" : "") +
            " " + printable(issue.problem) + "\n";
  }
  const int64_t all = static_cast<int64_t>(summary.issues.size()) + summary.issues_omitted;
  if (all > static_cast<int64_t>(shown))
    text += "… and " + with_thousands(all - static_cast<int64_t>(shown)) +
            " more issues (--json shows 100)\n";
  return text;
}

}  // namespace relayburn
