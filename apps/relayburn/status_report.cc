#include "apps/relayburn/status_report.h"

#include "apps/relayburn/host_text.h"
#include "core/base/terminal_text.h"
#include "core/records/kinds.h"

namespace relayburn {
namespace {

std::string schema_text(const StoreInfo& store) {
  if (store.schema_version > store.newest_version) return "newer";
  switch (store.schema) {
    case SchemaState::Missing:
      return "missing";
    case SchemaState::Behind:
      return "behind";
    case SchemaState::Current:
      return "current";
  }
  return {};
}

void write_info(JsonWriter& json, const StoreInfo& store) {
  json.key("schema").string(schema_text(store)).key("version").integer(store.schema_version);
  json.key("newestVersion").integer(store.newest_version);
  if (!store.file_system.empty()) {
    json.key("fileSystem").string(store.file_system);
    json.key("networkFileSystem").boolean(store.is_on_network);
  }
  if (!store.journal.empty()) json.key("journal").string(store.journal);
  if (store.clock_ahead_us) json.key("clockAheadMs").integer(*store.clock_ahead_us / 1000);
}

void write_store(JsonWriter& json, const StatusReport& report) {
  json.begin_object().key("location").string(report.location);
  if (report.store) {
    write_info(json, *report.store);
  } else {
    for (const char* key : {"schema", "version", "newestVersion"}) json.key(key).null();
  }
  if (!report.store_fault.empty()) json.key("fault").string(report.store_fault);
  json.end_object();
}

void write_rows(JsonWriter& json, const StatusReport& report) {
  if (!report.rows) return static_cast<void>(json.null());
  json.begin_object();
  for (const Kind kind : kAllKinds)
    if (!is_bookkeeping(kind))
      json.key(describe(kind).name).integer((*report.rows)[index_of(kind)]);
  json.end_object();
}

void write_hosts(JsonWriter& json, const StatusReport& report) {
  if (!report.hosts) return static_cast<void>(json.null());
  json.begin_array();
  for (const KnownHost& host : *report.hosts) write_host(json, host);
  json.end_array();
}

void write_verdict(JsonWriter& json, const std::optional<HostVerdict>& verdict) {
  if (!verdict) return static_cast<void>(json.null());
  json.begin_object().key("hosts").integer(verdict->hosts);
  json.key("fresh").integer(verdict->hosts - verdict->silent);
  json.key("silent").integer(verdict->silent);
  json.key("olderVersions").integer(verdict->older_versions);
  json.key("maxAgeSeconds").integer(verdict->max_age_us / 1'000'000).end_object();
}

void write_source(JsonWriter& json, const SourceState& source) {
  json.begin_object().key("source").string(source.name).key("logs").integer(source.logs);
  json.key("bytes").integer(source.bytes);
  if (source.unread) {
    json.key("unreadLogs").integer(source.unread->logs);
    json.key("unreadBytes").integer(source.unread->bytes);
  } else {
    json.key("unreadLogs").null().key("unreadBytes").null();
  }
  if (source.retention_days) json.key("retentionDays").integer(*source.retention_days);
  json.end_object();
}

void write_texts(JsonWriter& json, const char* key, const std::vector<std::string>& texts) {
  json.key(key).begin_array();
  for (const std::string& text : texts) json.string(text);
  json.end_array();
}

std::string store_text(const StatusReport& report) {
  std::string text = report.storage;
  if (!report.location.empty()) text += ", " + printable(report.location);
  if (!report.store) return text;
  const StoreInfo& store = *report.store;
  if (!store.file_system.empty())
    text += ", on " + printable(store.file_system) +
            (store.is_on_network ? " (a network file system)" : "");
  if (!store.journal.empty()) text += ", " + store.journal + " journal";
  return text;
}

std::string version_text(const StatusReport& report) {
  if (!report.store) return "unknown: " + printable(report.store_fault);
  return schema_text(*report.store) + ", version " + std::to_string(report.store->schema_version) +
         " of " + std::to_string(report.store->newest_version);
}

std::string host_text(const KnownHost& host, bool is_this) {
  std::string text = label_text(host) + ", last ingest " + last_ingest_text(host) + " (" +
                     printable(host.last_result) + ", version " + printable(host.version) + ")";
  if (host.rejected_lines > 0)
    text += ", " + with_thousands(host.rejected_lines) + " lines rejected";
  if (host.unknown_facts > 0)
    text += ", " + with_thousands(host.unknown_facts) + " facts unknown to its version";
  return text + (is_this ? ", this host" : "");
}

// "200 hosts: 188 fresh, 12 silent for over 24 h, 3 older versions"
std::string verdict_text(const HostVerdict& verdict) {
  const auto counted = [](int64_t count, const std::string& one, const std::string& many) {
    return with_thousands(count) + " " + (count == 1 ? one : many);
  };
  std::string text = counted(verdict.hosts, "host", "hosts") + ": " +
                     with_thousands(verdict.hosts - verdict.silent) + " fresh";
  if (verdict.silent > 0)
    text +=
        ", " + with_thousands(verdict.silent) + " silent for over " + span_text(verdict.max_age_us);
  if (verdict.older_versions > 0)
    text += ", " + counted(verdict.older_versions, "older version", "older versions");
  return text;
}

std::string source_text(const SourceState& source) {
  std::string text = source.name + ": " + with_thousands(source.logs) + " files, " +
                     with_thousands(source.bytes) + " bytes";
  if (source.unread && source.unread->logs > 0)
    text += "; unread: " + with_thousands(source.unread->bytes) + " bytes of " +
            with_thousands(source.unread->logs) + " files";
  if (source.retention_days)
    text += "; the agent deletes them after " + std::to_string(*source.retention_days) + " days";
  return text;
}

}  // namespace

std::string render_json(const StatusReport& report) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("schemaVersion").integer(1).key("storage").string(report.storage);
  json.key("store");
  write_store(json, report);
  json.key("rows");
  write_rows(json, report);
  json.key("hosts");
  write_hosts(json, report);
  json.key("verdict");
  write_verdict(json, report.verdict);
  json.key("hostId").string(report.this_host).key("lastError");
  if (report.last_error) {
    json.begin_object().key("at").string(report.last_error->at);
    json.key("problem").string(report.last_error->problem).end_object();
  } else {
    json.null();
  }
  json.key("sources").begin_array();
  for (const SourceState& source : report.sources) write_source(json, source);
  json.end_array().key("plugins");
  write_plugins(json, report.plugins);
  write_texts(json, "warnings", report.warnings);
  write_texts(json, "faults", report.faults);
  json.end_object();
  return text + "\n";
}

std::string render_text(const StatusReport& report) {
  std::string text;
  const auto line = [&](const char* name, const std::string& what) {
    text += name + std::string(9 - std::string_view(name).size(), ' ') + what + "\n";
  };
  if (report.verdict && report.verdict->hosts > 0) text += verdict_text(*report.verdict) + "\n";
  line("store", store_text(report));
  line("schema", version_text(report));
  if (report.rows)
    for (const Kind kind : kAllKinds)
      if (!is_bookkeeping(kind))
        line("rows", std::string(describe(kind).name) + " " +
                         with_thousands((*report.rows)[index_of(kind)]));
  int64_t retired = 0;
  for (const KnownHost& host : report.hosts.value_or(std::vector<KnownHost>{}))
    if (host.is_retired) {
      ++retired;
    } else {
      line("host", host_text(host, host.id == report.this_host));
    }
  if (retired > 0) line("host", with_thousands(retired) + " retired (relayburn hosts lists them)");
  if (report.last_error)
    line("failed", printable(report.last_error->at) + " " + printable(report.last_error->problem));
  for (const SourceState& source : report.sources) line("logs", source_text(source));
  for (const PluginState& plugin : report.plugins)
    line("plugin",
         plugin.name + ": " + (plugin.problem.empty() ? "usable" : printable(plugin.problem)));
  for (const std::string& warning : report.warnings) line("WARNING", printable(warning));
  for (const std::string& fault : report.faults) line("FAULT", printable(fault));
  return text;
}

}  // namespace relayburn
