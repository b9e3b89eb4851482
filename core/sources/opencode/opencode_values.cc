#include "core/sources/opencode/opencode_values.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace relayburn {

OwnText own_number(JsonValue& value) {
  if (value.is_string() || value.is_object() || value.is_array()) return std::nullopt;
  return own(value.token());
}

void read_usage(JsonValue& value, OpencodeUsage& usage) {
  const auto take = [&](OwnText& count, JsonValue& member) {
    usage.is_present = true;
    count = own_token(member);
  };
  value.members([&](std::string_view key, JsonValue& member) {
    usage.has_members = true;
    switch (tag(key)) {
      case tag("input"):
        take(usage.input, member);
        break;
      case tag("output"):
        take(usage.output, member);
        break;
      case tag("reasoning"):
        take(usage.reasoning, member);
        break;
      case tag("total"):
        usage.total = own_token(member);
        break;
      case tag("cache"):
        member.members([&](std::string_view name, JsonValue& count) {
          if (name == "read") take(usage.cache_read, count);
          if (name == "write") take(usage.cache_write, count);
        });
        break;
      default:
        break;
    }
  });
}

OpencodeTimes read_times(JsonValue& value) {
  OpencodeTimes times;
  value.members([&](std::string_view key, JsonValue& member) {
    switch (tag(key)) {
      case tag("created"):
        times.created = own_token(member);
        break;
      case tag("completed"):
        times.completed = own_token(member);
        break;
      case tag("start"):
        times.start = own_token(member);
        break;
      case tag("end"):
        times.end = own_token(member);
        break;
      case tag("compacted"):
        times.is_compacted = is_stated(member);
        break;
      default:
        break;
    }
  });
  return times;
}

std::optional<int64_t> opencode_milliseconds(OptText token) {
  if (!token) return std::nullopt;
  double value = 0;
  const char* end = token->data() + token->size();
  const auto [behind, error] = std::from_chars(token->data(), end, value);
  if (error != std::errc() || behind != end) return std::nullopt;
  constexpr double year_1 = -62135596800e3, year_10000 = 253402300800e3;
  if (!(value >= year_1 && value < year_10000)) return std::nullopt;
  return static_cast<int64_t>(std::floor(value));
}

void advance(int64_t& greatest_ms, const OwnText& token) {
  greatest_ms = std::max(greatest_ms, opencode_milliseconds(view(token)).value_or(0));
}

}  // namespace relayburn
