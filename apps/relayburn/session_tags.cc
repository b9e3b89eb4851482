#include "apps/relayburn/session_tags.h"

#include <unistd.h>

#include <string_view>

#include "apps/relayburn/tags.h"
#include "core/base/error.h"
#include "core/base/spelling.h"
#include "core/base/utf8.h"
#include "core/pricing/model_name.h"

namespace relayburn {
namespace {

void take_variable(Enrichment& tags, std::string_view variable) {
  constexpr std::string_view prefix = "RELAYBURN_TAG_";
  const size_t equals = variable.find('=');
  if (!variable.starts_with(prefix) || equals == std::string_view::npos) return;
  const std::string name =
      storable(lower_case(variable.substr(prefix.size(), equals - prefix.size())));
  if (name.empty()) throw Error(ErrorKind::Usage, "RELAYBURN_TAG_ names no tag");
  const std::string value = storable(variable.substr(equals + 1));
  if (value.empty()) {
    tags.erase(name);
  } else {
    tags.insert_or_assign(name, value);
  }
}

}  // namespace

Enrichment session_tags(const Settings& settings) {
  Enrichment tags = parse_tags(settings.tags(), "tags");
  for (char** variable = environ; *variable != nullptr; ++variable) take_variable(tags, *variable);
  return tags;
}

}  // namespace relayburn
