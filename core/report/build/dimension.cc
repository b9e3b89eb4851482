#include <array>

#include "core/base/error.h"
#include "core/report/build/report.h"

namespace relayburn {
namespace {

constexpr std::array<std::pair<std::string_view, Dimension::Kind>, 15> kDimensions = {{
    {"model", Dimension::Kind::Model},
    {"provider", Dimension::Kind::Provider},
    {"source", Dimension::Kind::Source},
    {"project", Dimension::Kind::Project},
    {"session", Dimension::Kind::Session},
    {"host", Dimension::Kind::Host},
    {"day", Dimension::Kind::Day},
    {"week", Dimension::Kind::Week},
    {"month", Dimension::Kind::Month},
    {"hour", Dimension::Kind::Hour},
    {"agent", Dimension::Kind::Agent},
    {"tool", Dimension::Kind::Tool},
    {"activity", Dimension::Kind::Activity},
    {"branch", Dimension::Kind::Branch},
    {"user", Dimension::Kind::User},
}};

}  // namespace

Dimension parse_dimension(std::string_view name) {
  constexpr std::string_view tag = "tag:";
  if (name.starts_with(tag) && name.size() > tag.size())
    return {Dimension::Kind::Tag, std::string(name), std::string(name.substr(tag.size()))};
  std::string known;
  for (const auto& [spelling, kind] : kDimensions) {
    if (spelling == name) return {kind, std::string(name), {}};
    known += std::string(spelling) + " ";
  }
  throw Error(ErrorKind::Usage, "--by: there is no dimension '" + std::string(name) + "'",
              "there are: " + known + "tag:KEY");
}

}  // namespace relayburn
