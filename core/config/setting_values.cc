#include "core/config/setting_values.h"

#include <algorithm>
#include <charconv>

#include "core/base/error.h"

namespace relayburn {
namespace {

void check_storage(const Setting& setting) {
  const std::string& name = setting.value;
  const bool is_name =
      name.front() >= 'a' && name.front() <= 'z' &&
      name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
  // The value is not shown: a connection URL in its place may hold a password.
  if (!is_name) refuse(setting, "storage must be the name of a plugin: sqlite, file or postgres");
}

void check_count(const SettingKey& key, const Setting& setting) {
  const std::string& text = setting.value;
  int64_t count = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (problem == std::errc{} && end == text.data() + text.size() && count >= key.least &&
      count <= key.greatest) {
    return;
  }
  refuse(setting, std::string(key.name) + " must be a number from " + std::to_string(key.least) +
                      " to " + std::to_string(key.greatest) + ", got " + text);
}

std::vector<std::string> words_of(std::string_view list) {
  std::vector<std::string> words;
  for (size_t begin = 0; begin < list.size();) {
    const size_t end = std::min(list.find(' ', begin), list.size());
    words.emplace_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

void check_choice(const SettingKey& key, const Setting& setting) {
  const std::vector<std::string> choices = words_of(key.choices);
  if (std::ranges::find(choices, setting.value) != choices.end()) return;
  std::string listed;
  for (const std::string& choice : choices) {
    if (!listed.empty()) listed += &choice == &choices.back() ? " or " : ", ";
    listed += choice;
  }
  refuse(setting, std::string(key.name) + " must be " + listed + ", got '" + setting.value + "'");
}

// A span as --older-than takes it: digits and a unit.
bool is_span(std::string_view text) {
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string_view unit = text.substr(digits);
  return digits > 0 && digits <= 6 && (unit == "h" || unit == "d" || unit == "w" || unit == "mo");
}

}  // namespace

void refuse(const Setting& setting, const std::string& why, const std::string& hint) {
  throw Error(ErrorKind::Usage, setting.place + ": " + why, hint);
}

void check_value(const SettingKey& key, const Setting& setting) {
  if (key.name == "storage") check_storage(setting);
  if (key.name == "content_ttl" && !is_span(setting.value)) {
    refuse(setting,
           "content_ttl must be a span such as 24h, 90d, 4w or 3mo, got '" + setting.value + "'");
  }
  const bool is_at_once = setting.value.find_first_of("123456789") == std::string::npos;
  if (key.name == "prices_update" && setting.value != "off" &&
      (!is_span(setting.value) || is_at_once)) {
    refuse(setting, "prices_update must be off or a span such as 24h, 7d or 4w, got '" +
                        setting.value + "'");
  }
  if (key.name.starts_with("project_")) {
    // Taken as plain text it would match nothing.
    for (const std::string& item : setting.list)
      if (item.starts_with('~'))
        refuse(setting, "'" + item + "' is not expanded", "write out the directory");
  }
  if (key.type == SettingType::Count) check_count(key, setting);
  if (!key.choices.empty()) check_choice(key, setting);
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const size_t comma = std::min(text.find(','), text.size());
    if (comma > 0) items.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return items;
}

std::string flag_of(const std::string& text) {
  for (const std::string_view word : {"1", "yes", "on"})
    if (text == word) return "true";
  for (const std::string_view word : {"0", "no", "off"})
    if (text == word) return "false";
  return text;
}

}  // namespace relayburn
