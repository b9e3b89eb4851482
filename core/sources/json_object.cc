#include "core/sources/json_object.h"

#include <simdjson.h>

#include <cstring>
#include <new>
#include <string>

#include "core/base/json_padding.h"
#include "core/base/utf8.h"

namespace relayburn {

namespace ondemand = simdjson::ondemand;

struct JsonAccess {
  static ondemand::value& value(void* value) { return *static_cast<ondemand::value*>(value); }
  static JsonValue wrap(ondemand::value& value) { return JsonValue(&value); }
};

namespace {

// Thrown inside this file where the object cannot be read in place.
struct Unreadable {};

template <class T>
T need(simdjson::simdjson_result<T> result) {
  T value;
  const simdjson::error_code problem = std::move(result).get(value);
  // No fault of the object's: it must not be taken for damaged.
  if (problem == simdjson::MEMALLOC) throw std::bad_alloc();
  if (problem != simdjson::SUCCESS) throw Unreadable{};
  return value;
}

ondemand::json_type type_of(void* value) { return need(JsonAccess::value(value).type()); }

// U+0000 cannot be stored; the repairing path replaces it.
std::string_view without_nul(std::string_view text) {
  if (std::memchr(text.data(), 0, text.size()) != nullptr) throw Unreadable{};
  return text;
}

void visit_all(ondemand::object& object, void* context,
               void (*visit)(void*, std::string_view, JsonValue&)) {
  for (auto each : object) {
    ondemand::field field = need(std::move(each));
    const std::string_view key = need(field.unescaped_key());
    JsonValue value = JsonAccess::wrap(field.value());
    visit(context, key, value);
  }
}

}  // namespace

bool JsonValue::is_string() { return type_of(value_) == ondemand::json_type::string; }
bool JsonValue::is_object() { return type_of(value_) == ondemand::json_type::object; }
bool JsonValue::is_array() { return type_of(value_) == ondemand::json_type::array; }

OptText JsonValue::text() {
  if (!is_string()) return std::nullopt;
  return without_nul(need(JsonAccess::value(value_).get_string()));
}

std::optional<bool> JsonValue::flag() {
  if (type_of(value_) != ondemand::json_type::boolean) return std::nullopt;
  return need(JsonAccess::value(value_).get_bool());
}

OptText JsonValue::token() {
  if (type_of(value_) == ondemand::json_type::null) return std::nullopt;
  std::string_view token = JsonAccess::value(value_).raw_json_token();
  while (!token.empty() && std::strchr(" \t\r\n", token.back()) != nullptr) token.remove_suffix(1);
  return token;
}

OptText JsonValue::raw_object() {
  if (!is_object()) return std::nullopt;
  ondemand::object object = need(JsonAccess::value(value_).get_object());
  return need(object.raw_json());
}

OptText JsonValue::raw_array() {
  if (!is_array()) return std::nullopt;
  ondemand::array array = need(JsonAccess::value(value_).get_array());
  return need(array.raw_json());
}

OptText JsonValue::member_text(std::string_view name) {
  OptText found;
  members([&](std::string_view key, JsonValue& member) {
    if (key == name) found = member.text();
  });
  return found;
}

void JsonValue::visit_members(void* context, VisitMember visit) {
  if (!is_object()) return;
  ondemand::object object = need(JsonAccess::value(value_).get_object());
  visit_all(object, context, visit);
}

void JsonValue::visit_elements(void* context, VisitElement visit) {
  if (!is_array()) return;
  for (auto each : need(JsonAccess::value(value_).get_array())) {
    ondemand::value element = need(std::move(each));
    JsonValue value = JsonAccess::wrap(element);
    visit(context, value);
  }
}

void read_text_or_json(JsonValue& value, OptText& text, OptText& json) {
  if (value.is_string()) {
    text = value.text();
  } else if (value.is_array()) {
    json = value.raw_array();
  } else if (value.is_object()) {
    json = value.raw_object();
  }
}

struct JsonObjectReader::Json {
  ondemand::parser parser;
  std::string copy;
};

JsonObjectReader::JsonObjectReader() : json_(std::make_unique<Json>()) {}
JsonObjectReader::~JsonObjectReader() = default;

size_t JsonObjectReader::visit_object(std::string_view text, void* context,
                                      JsonValue::VisitMember visit) {
  constexpr size_t max_kept = size_t{8} << 20;
  if (json_->parser.capacity() > max_kept && text.size() < max_kept)
    json_->parser = ondemand::parser();  // gives back what a giant line took
  try {
    ondemand::document document =
        need(json_->parser.iterate(text.data(), text.size(), text.size() + kJsonPadding));
    ondemand::object object = need(document.get_object());
    visit_all(object, context, visit);
    const char* behind;
    if (document.current_location().get(behind)) return text.size();
    return static_cast<size_t>(behind - text.data());
  } catch (const Unreadable&) {
    return 0;
  }
}

bool JsonObjectReader::visit_copy(std::string_view text, void* context,
                                  JsonValue::VisitMember visit) {
  const auto visit_padded = [&] {
    const size_t size = json_->copy.size();
    json_->copy.append(kJsonPadding, '\0');
    return visit_object({json_->copy.data(), size}, context, visit) > 0;
  };
  json_->copy.assign(text);
  if (visit_padded()) return true;
  json_->copy = repair_json(text);
  return visit_padded();
}

OptText JsonObjectReader::string_member(std::string_view raw_object, std::string_view name) {
  OptText found;
  const bool is_read = read_copy(raw_object, [&](std::string_view key, JsonValue& value) {
    if (key == name) found = value.text();
  });
  return is_read ? found : std::nullopt;
}

}  // namespace relayburn
