#include "core/records/keys.h"

#include "core/base/json_writer.h"
#include "core/base/sha256.h"
#include "core/records/record_json.h"

namespace relayburn {
namespace {

void append_escaped(std::string& out, std::string_view part) {
  while (true) {
    const size_t special = part.find_first_of("%|");
    out += part.substr(0, special);
    if (special == std::string_view::npos) return;
    out += part[special] == '%' ? "%25" : "%7C";
    part.remove_prefix(special + 1);
  }
}

}  // namespace

Key key_of(std::initializer_list<OptText> parts) {
  thread_local std::string joined;
  joined.clear();
  size_t left = parts.size();
  for (const OptText& part : parts) {
    if (--left == 0) {
      joined += part.value_or("");
    } else {
      append_escaped(joined, part.value_or(""));
      joined += '|';
    }
  }
  return hash_key(joined);
}

Key stamp_key(const Stamp& stamp) {
  std::string json;
  JsonWriter writer(json);
  const auto text = [&](std::string_view name, const OptText& value) {
    if (value) writer.key(name).string(*value);
  };
  const auto instant = [&](std::string_view name, const std::optional<Instant>& value) {
    if (!value) return;
    std::string spelled;
    append_instant(spelled, *value);
    writer.key(name).string(spelled);
  };
  writer.begin_object();
  text("sessionId", stamp.session_id);
  instant("ts", stamp.ts);
  text("messageId", stamp.message_id);
  instant("fromTs", stamp.from_ts);
  instant("toTs", stamp.to_ts);
  writer.key("enrichment").raw(stamp.enrichment);
  writer.end_object();
  return hash_key(json);
}

Key sighting_key(const Sighting& sighting) {
  return key_of(
      {sighting.host_id, sighting.source, sighting.session_id, sighting.cwd, sighting.remote});
}

}  // namespace relayburn
