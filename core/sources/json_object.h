#pragma once
// The members of one JSON object, visited where they stand: simdjson on demand, kept out of the
// readers of the agents. Texts that are handed out live until the next object is read, or until its
// bytes change.

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>

#include "core/records/records.h"

namespace relayburn {

// A number for each key while compiling, so that one switch finds what a key means.
constexpr uint64_t tag(std::string_view key) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : key) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  return hash;
}

// A value inside the object that is being visited. Its parts are asked for once, from left to
// right.
class JsonValue {
 public:
  bool is_string();
  bool is_object();
  bool is_array();

  // Of a string; nullopt for anything else.
  OptText text();
  // Of true and false.
  std::optional<bool> flag();
  // Whatever is not null, as the log spells it: for numbers.
  OptText token();
  // An object or array as it stands in the log.
  OptText raw_object();
  OptText raw_array();
  // The last member of this name, where this is an object and that a string.
  OptText member_text(std::string_view name);

  // visit(std::string_view key, JsonValue& value); visits nothing where this is no object.
  template <class Visit>
  void members(Visit&& visit) {
    visit_members(&visit, [](void* context, std::string_view key, JsonValue& value) {
      (*static_cast<std::remove_reference_t<Visit>*>(context))(key, value);
    });
  }
  // visit(JsonValue& value); visits nothing where this is no array.
  template <class Visit>
  void elements(Visit&& visit) {
    visit_elements(&visit, [](void* context, JsonValue& value) {
      (*static_cast<std::remove_reference_t<Visit>*>(context))(value);
    });
  }

 private:
  friend class JsonObjectReader;
  friend struct JsonAccess;
  using VisitMember = void (*)(void* context, std::string_view key, JsonValue& value);
  using VisitElement = void (*)(void* context, JsonValue& value);

  explicit JsonValue(void* value) : value_(value) {}
  void visit_members(void* context, VisitMember visit);
  void visit_elements(void* context, VisitElement visit);

  void* value_;  // of simdjson
};

// A string, or the raw JSON of an array or object: whichever the value is.
void read_text_or_json(JsonValue& value, OptText& text, OptText& json);

class JsonObjectReader {
 public:
  JsonObjectReader();
  ~JsonObjectReader();

  // Visits the members of the object that `text` begins with, in place; kJsonPadding readable bytes
  // follow it. Gives how many bytes the object took, or 0 where it cannot be read as it is: then
  // what was visited by then is worth nothing.
  template <class Visit>
  size_t read(std::string_view text, Visit&& visit) {
    return visit_object(text, &visit, [](void* context, std::string_view key, JsonValue& value) {
      (*static_cast<std::remove_reference_t<Visit>*>(context))(key, value);
    });
  }
  // The same over a copy, for text that nothing follows. Bytes that cannot be read are mended and
  // visited again, so a visit must overwrite what an earlier one found.
  template <class Visit>
  bool read_copy(std::string_view text, Visit&& visit) {
    return visit_copy(text, &visit, [](void* context, std::string_view key, JsonValue& value) {
      (*static_cast<std::remove_reference_t<Visit>*>(context))(key, value);
    });
  }

  // A string member of a raw JSON object, as a tool's input is.
  OptText string_member(std::string_view raw_object, std::string_view name);

 private:
  struct Json;
  size_t visit_object(std::string_view text, void* context, JsonValue::VisitMember visit);
  bool visit_copy(std::string_view text, void* context, JsonValue::VisitMember visit);

  std::unique_ptr<Json> json_;
};

}  // namespace relayburn
