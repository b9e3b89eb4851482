#pragma once
// One JSON document as a tree, for lists of prices that others write. Numbers keep their text, so
// that no rate passes through floating point.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace relayburn {

struct JsonMember;

struct JsonTree {
  enum class Type : uint8_t { Null, Boolean, Number, String, Object, Array };

  Type type = Type::Null;
  std::string text;  // of a number as it is spelt, of a string unescaped, else "true" or "false"
  std::vector<JsonMember> members;  // of an array with empty names

  bool is(Type wanted) const { return type == wanted; }
  // The first member of that name; null where there is none.
  const JsonTree* find(std::string_view name) const;
  // The same where it has that type.
  const JsonTree* find(std::string_view name, Type wanted) const;
};

struct JsonMember {
  std::string name;
  JsonTree value;
};

// Returns nullopt where the text is not one whole JSON value, nests deeper than 64, or has more
// than two million values.
std::optional<JsonTree> parse_json_tree(std::string_view json);

// Appends the value as compact JSON, numbers as they are spelt.
void append_json_tree(std::string& out, const JsonTree& tree);

}  // namespace relayburn
