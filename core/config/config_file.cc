#include "core/config/config_file.h"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/spelling.h"

#ifndef TOML_HEADER_ONLY
#define TOML_HEADER_ONLY 0
#endif
#include <toml++/toml.h>

namespace relayburn {
namespace {

[[noreturn]] void refuse(const std::string& place, const std::string& why,
                         const std::string& hint = {}) {
  throw Error(ErrorKind::Usage, place + ": " + why, hint);
}

std::string read_all(const FileHandle& handle, const std::string& path) {
  std::string content;
  std::array<char, 4096> block;
  while (true) {
    const size_t count =
        read_at(handle, block.data(), block.size(), static_cast<int64_t>(content.size()), path);
    if (count == 0) return content;
    content.append(block.data(), count);
  }
}

// nullopt: there is no such file. The mode is that of the very file that was read.
std::optional<std::string> read_text(ConfigFile& file) {
  const FileHandle handle = FileHandle::try_open(file.path, O_RDONLY);
  if (!handle.is_open()) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    refuse(file.path, std::string("cannot be read: ") + std::strerror(errno));
  }
  const struct stat status = handle.status(file.path);
  if (!S_ISREG(status.st_mode)) refuse(file.path, "is not a regular file");
  file.is_readable_by_others = (status.st_mode & (S_IRGRP | S_IROTH)) != 0;
  return read_all(handle, file.path);
}

std::string place_of(const std::string& path, const toml::source_region& source) {
  return path + ":" + std::to_string(source.begin.line);
}

std::string nearest_key_hint(std::string_view name) {
  constexpr size_t kMaxName = 40;  // the work grows with it
  std::string hint;
  size_t best = std::max<size_t>(2, name.size() / 3) + 1;
  if (name.size() > kMaxName) return hint;
  for (const SettingKey& key : kSettingKeys) {
    const size_t found = edit_distance(lower_case(name), key.name);
    if (!key.is_in_config || found >= best) continue;
    best = found;
    hint = "did you mean " + std::string(key.name) + "?";
  }
  return hint;
}

[[noreturn]] void refuse_key(const std::string& place, std::string_view name) {
  if (name == "home") {
    refuse(place, "home cannot be set in a config file", "use --home or RELAYBURN_HOME");
  }
  const bool is_bare = std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
  // A value that slipped into the place of a key may be a secret.
  refuse(place, is_bare ? "unknown key " + std::string(name) : "unknown key",
         nearest_key_hint(name));
}

[[noreturn]] void refuse_syntax(const std::string& place, std::string_view description) {
  // The library begins a sentence, "Error while parsing …"; ours has begun already.
  std::string why(description);
  if (why.starts_with('E')) why.front() = 'e';
  const bool lacks_quotes = why.ends_with("could not determine value type");
  refuse(place, why, lacks_quotes ? "text needs double quotes" : "");
}

std::string_view type_name(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table:
      return "table";
    case toml::node_type::array:
      return "array";
    case toml::node_type::string:
      return "string";
    case toml::node_type::integer:
      return "integer";
    case toml::node_type::floating_point:
      return "float";
    case toml::node_type::boolean:
      return "boolean";
    default:
      return "date or time";
  }
}

std::string text_of(const toml::node& node, const SettingKey& key, const std::string& place) {
  const auto* text = node.as_string();
  if (text == nullptr) {
    refuse(place, "expected string for " + std::string(key.name) + ", got " +
                      std::string(type_name(node)));
  }
  const std::string& value = text->get();
  if (value.empty()) refuse(place, std::string(key.name) + " is empty", "leave the key out");
  if (value.find('\0') != std::string::npos) {
    refuse(place, std::string(key.name) + " has a NUL character");
  }
  return value;
}

std::string count_of(const toml::node& node, const SettingKey& key, const std::string& place) {
  if (const auto* count = node.as_integer()) return std::to_string(count->get());
  refuse(place,
         "expected integer for " + std::string(key.name) + ", got " + std::string(type_name(node)));
}

std::string flag_of(const toml::node& node, const SettingKey& key, const std::string& place) {
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  refuse(place,
         "expected boolean for " + std::string(key.name) + ", got " + std::string(type_name(node)));
}

std::vector<std::string> list_of(const toml::node& node, const SettingKey& key,
                                 const std::string& path) {
  const auto* array = node.as_array();
  if (array == nullptr) {
    refuse(place_of(path, node.source()), "expected array of strings for " + std::string(key.name) +
                                              ", got " + std::string(type_name(node)));
  }
  std::vector<std::string> list;
  for (const toml::node& entry : *array) {
    list.push_back(text_of(entry, key, place_of(path, entry.source())));
  }
  return list;
}

ConfigEntry entry_of(const toml::key& name, const toml::node& node, const std::string& path) {
  ConfigEntry entry;
  entry.place = place_of(path, name.source());
  entry.key = find_setting_key(name.str());
  if (entry.key == nullptr || !entry.key->is_in_config) refuse_key(entry.place, name.str());
  switch (entry.key->type) {
    case SettingType::Text:
    case SettingType::Path:
      entry.text = text_of(node, *entry.key, entry.place);
      break;
    case SettingType::Count:
      entry.text = count_of(node, *entry.key, entry.place);
      break;
    case SettingType::Flag:
      entry.text = flag_of(node, *entry.key, entry.place);
      break;
    case SettingType::TextList:
      entry.list = list_of(node, *entry.key, path);
      break;
  }
  return entry;
}

}  // namespace

ConfigFile read_config_file(const std::string& path) {
  ConfigFile file;
  file.path = path;
  const std::optional<std::string> text = read_text(file);
  if (!text) return file;
  try {
    const toml::table table = toml::parse(*text, path);
    for (const auto& [name, node] : table) file.entries.push_back(entry_of(name, node, path));
  } catch (const toml::parse_error& error) {
    refuse_syntax(place_of(path, error.source()), error.description());
  }
  return file;
}

}  // namespace relayburn
