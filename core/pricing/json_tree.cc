#include "core/pricing/json_tree.h"

#include <simdjson.h>

#include "core/base/json_decimal.h"
#include "core/base/json_writer.h"
#include "core/base/utf8.h"

namespace relayburn {
namespace {

namespace ondemand = simdjson::ondemand;
using ondemand::json_type;

// Thrown within this file: simdjson has an error of its own for each other fault.
struct NoTree {};

std::string_view trimmed(std::string_view token) {
  const size_t last = token.find_last_not_of(" \t\r\n");
  return token.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

class TreeBuilder {
 public:
  JsonTree build(ondemand::value value, int depth = 0) {
    constexpr int kMaxDepth = 64;
    constexpr size_t kMaxValues = 2'000'000;
    if (depth > kMaxDepth || ++values_ > kMaxValues) throw NoTree{};
    switch (value.type()) {
      case json_type::object:
        return object(value.get_object(), depth);
      case json_type::array:
        return array(value.get_array(), depth);
      case json_type::string:
        return {JsonTree::Type::String, storable(std::string_view(value.get_string())), {}};
      case json_type::number:
        return number(trimmed(value.raw_json_token()));
      case json_type::boolean:
        return {JsonTree::Type::Boolean, bool(value.get_bool()) ? "true" : "false", {}};
      case json_type::null:
        if (!bool(value.is_null())) throw NoTree{};
        return {};
    }
    throw NoTree{};
  }

 private:
  JsonTree object(ondemand::object object, int depth) {
    JsonTree tree{JsonTree::Type::Object, {}, {}};
    for (ondemand::field field : object) {
      std::string name = storable(std::string_view(field.unescaped_key()));
      tree.members.push_back({std::move(name), build(field.value(), depth + 1)});
    }
    return tree;
  }

  JsonTree array(ondemand::array array, int depth) {
    JsonTree tree{JsonTree::Type::Array, {}, {}};
    for (ondemand::value value : array) tree.members.push_back({"", build(value, depth + 1)});
    return tree;
  }

  static JsonTree number(std::string_view token) {
    std::string_view rest = token;
    if (!take_json_decimal(rest) || !rest.empty()) throw NoTree{};
    return {JsonTree::Type::Number, std::string(token), {}};
  }

  size_t values_ = 0;
};

}  // namespace

const JsonTree* JsonTree::find(std::string_view name) const {
  for (const auto& [key, value] : members)
    if (key == name) return &value;
  return nullptr;
}

const JsonTree* JsonTree::find(std::string_view name, Type wanted) const {
  const JsonTree* found = find(name);
  return found != nullptr && found->is(wanted) ? found : nullptr;
}

std::optional<JsonTree> parse_json_tree(std::string_view json) {
  const simdjson::padded_string padded(json);
  ondemand::parser parser;
  ondemand::document document;
  const char* rest = nullptr;
  try {
    document = parser.iterate(padded);
    JsonTree tree = TreeBuilder().build(document.get_value());
    // There is no location where all of the text was read.
    if (!document.current_location().get(rest)) return std::nullopt;
    return tree;
  } catch (const simdjson::simdjson_error&) {
    return std::nullopt;
  } catch (const NoTree&) {
    return std::nullopt;
  }
}

void append_json_tree(std::string& out, const JsonTree& tree) {
  const bool is_object = tree.is(JsonTree::Type::Object);
  if (!is_object && !tree.is(JsonTree::Type::Array)) {
    if (tree.is(JsonTree::Type::String)) return append_json_string(out, tree.text);
    out += tree.is(JsonTree::Type::Null) ? "null" : tree.text;
    return;
  }
  out += is_object ? '{' : '[';
  for (size_t i = 0; i < tree.members.size(); ++i) {
    if (i > 0) out += ',';
    if (is_object) append_json_string(out, tree.members[i].name);
    if (is_object) out += ':';
    append_json_tree(out, tree.members[i].value);
  }
  out += is_object ? '}' : ']';
}

}  // namespace relayburn
