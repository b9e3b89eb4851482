#include "core/sources/project_patterns.h"

#include <algorithm>
#include <filesystem>

namespace relayburn {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kWildcards = "*?[\\";

void add_form(std::vector<std::string>& forms, std::string form) {
  while (form.size() > 1 && form.ends_with('/')) form.pop_back();
  if (std::find(forms.begin(), forms.end(), form) == forms.end()) forms.push_back(std::move(form));
}

// Resolves of a directory that is gone the part that is still there.
std::string without_links(const std::string& directory) {
  std::error_code problem;
  const fs::path resolved = fs::weakly_canonical(directory, problem);
  return problem ? fs::path(directory).lexically_normal().string() : resolved.string();
}

std::string escaped(const std::string& directory) {
  std::string pattern;
  for (const char c : directory) {
    if (kWildcards.find(c) != std::string_view::npos) pattern += '\\';
    pattern += c;
  }
  return pattern;
}

}  // namespace

std::vector<std::string> directory_forms(const std::string& directory) {
  std::vector<std::string> forms{directory};
  if (!directory.starts_with('/')) return forms;
  const std::string normal = fs::path(directory).lexically_normal().string();
  add_form(forms, normal);
  // Not the same where ".." comes after a link, or after what does not exist.
  add_form(forms, without_links(directory));
  add_form(forms, without_links(normal));
  return forms;
}

std::vector<std::string> pattern_forms(const std::string& pattern) {
  std::vector<std::string> forms{pattern};
  if (!pattern.starts_with('/')) return forms;
  const size_t wildcard = pattern.find_first_of(kWildcards);
  const size_t end =
      wildcard == std::string::npos ? pattern.size() : pattern.rfind('/', wildcard) + 1;
  const std::string rest = pattern.substr(end);
  for (const std::string& folder : directory_forms(pattern.substr(0, end))) {
    std::string form = escaped(folder);
    if (!rest.empty() && !form.ends_with('/')) form += '/';
    add_form(forms, form + rest);
  }
  return forms;
}

}  // namespace relayburn
