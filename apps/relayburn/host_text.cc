#include "apps/relayburn/host_text.h"

#include <algorithm>

#include "core/base/terminal_text.h"

namespace relayburn {

void write_host(JsonWriter& json, const KnownHost& host) {
  json.begin_object().key("id").string(host.id).key("label").string(host.label);
  json.key("ownLabel").string(host.own_label).key("version").string(host.version);
  json.key("lastIngest");
  if (host.last_ingest) {
    json.string(format_instant(*host.last_ingest));
  } else {
    json.null();
  }
  json.key("lastResult").string(host.last_result);
  json.key("rejectedLines").integer(host.rejected_lines);
  json.key("unknownFacts").integer(host.unknown_facts);
  json.key("retired").boolean(host.is_retired).end_object();
}

std::string last_ingest_text(const KnownHost& host) {
  return host.last_ingest ? format_instant({host.last_ingest->us / 1'000'000 * 1'000'000})
                          : "never";
}

std::string span_text(int64_t us) {
  const int64_t seconds = us / 1'000'000;
  if (seconds < 60) return std::to_string(std::max<int64_t>(seconds, 0)) + " s";
  if (seconds < 3600) return std::to_string(seconds / 60) + " min";
  if (seconds < 2 * 86'400) return std::to_string(seconds / 3600) + " h";
  return std::to_string(seconds / 86'400) + " d";
}

std::string label_text(const KnownHost& host) {
  return printable(host.label) +
         (host.own_label == host.label ? "" : " (itself: " + printable(host.own_label) + ")");
}

}  // namespace relayburn
