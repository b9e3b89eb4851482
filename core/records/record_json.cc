#include "core/records/record_json.h"

#include <simdjson.h>

#include <algorithm>

#include "core/base/json_writer.h"

namespace relayburn {
namespace {

void append_value(JsonWriter& writer, ColumnType type, const Cell& cell) {
  thread_local std::string spelled;
  spelled.clear();
  switch (type) {
    case ColumnType::Key:
      append_hex(spelled, cell.text());
      writer.string(spelled);
      break;
    case ColumnType::Integer:
      writer.integer(cell.integer());
      break;
    case ColumnType::Instant:
      append_instant(spelled, {cell.integer()});
      writer.string(spelled);
      break;
    case ColumnType::Flag:
      writer.boolean(true);
      break;
    case ColumnType::Text:
      writer.string(cell.text());
      break;
  }
}

void append_object(std::string& out, Kind kind, Row row, bool with_revision) {
  const KindDescription& description = describe(kind);
  JsonWriter writer(out);
  writer.begin_object().key("kind").string(description.name);
  for (size_t i = 0; i < description.columns.size(); ++i) {
    if (row[i].is_null() || (i == kRevisionColumn && !with_revision)) continue;
    writer.key(description.columns[i].json_name);
    append_value(writer, description.columns[i].type, row[i]);
  }
  writer.end_object();
}

bool read_value(simdjson::ondemand::value value, ColumnType type, Arena& arena, Cell& cell) {
  switch (type) {
    case ColumnType::Integer: {
      int64_t number;
      if (value.get_int64().get(number)) return false;
      cell = Cell::integer(number);
      return true;
    }
    case ColumnType::Flag: {
      bool flag;
      if (value.get_bool().get(flag)) return false;
      cell = flag ? Cell::integer(1) : Cell();
      return true;
    }
    default:
      break;
  }
  std::string_view text;
  if (value.get_string().get(text)) return false;
  if (type == ColumnType::Text) {
    cell = Cell::text(arena.copy(text));
  } else if (type == ColumnType::Key) {
    const std::optional<Key> key = key_from_hex(text);
    if (!key) return false;
    cell = Cell::text(arena.copy(key->view()));
  } else {
    const std::optional<Instant> instant = parse_instant(text);
    if (!instant) return false;
    cell = Cell::integer(instant->us);
  }
  return true;
}

// Lines of ours have their keys in order, so the next column is nearly always the next key.
size_t find_column(std::span<const Column> columns, std::string_view name, size_t expected) {
  for (size_t i = expected; i < columns.size(); ++i)
    if (columns[i].json_name == name) return i;
  for (size_t i = 0; i < std::min(expected, columns.size()); ++i)
    if (columns[i].json_name == name) return i;
  return kNoColumn;
}

bool is_whole(const KindDescription& description, std::span<const Cell> cells) {
  for (size_t i = 0; i < cells.size(); ++i)
    if (cells[i].is_null() && !description.columns[i].nullable) return false;
  return true;
}

}  // namespace

void append_record_json(std::string& out, Kind kind, Row row) {
  append_object(out, kind, row, true);
}

void append_record_json_without_revision(std::string& out, Kind kind, Row row) {
  append_object(out, kind, row, false);
}

struct RecordJsonReader::Parser {
  simdjson::ondemand::parser json;
};

RecordJsonReader::RecordJsonReader() : parser_(std::make_unique<Parser>()) {}
RecordJsonReader::~RecordJsonReader() = default;

bool RecordJsonReader::read(std::string_view line, Arena& arena, Kind& kind,
                            std::span<Cell>& cells) {
  simdjson::ondemand::document document;
  simdjson::ondemand::object object;
  if (parser_->json.iterate(line.data(), line.size(), line.size() + kJsonPadding).get(document) ||
      document.get_object().get(object))
    return false;
  const KindDescription* description = nullptr;
  size_t expected = 0;
  for (auto each : object) {
    simdjson::ondemand::field field;
    std::string_view name;
    if (std::move(each).get(field) || field.unescaped_key().get(name)) return false;
    if (description == nullptr) {
      std::string_view kind_name;
      if (name != "kind" || field.value().get_string().get(kind_name)) return false;
      description = find_kind(kind_name);
      if (description == nullptr) return false;
      kind = description->kind;
      cells = arena.array<Cell>(description->columns.size());
      continue;
    }
    const size_t column = find_column(description->columns, name, expected);
    if (column == kNoColumn) continue;  // a column of a newer minor version: not ours to judge
    if (!read_value(field.value(), description->columns[column].type, arena, cells[column]))
      return false;
    expected = column + 1;
  }
  const bool is_last = document.current_location().error() == simdjson::OUT_OF_BOUNDS;
  return description != nullptr && is_last && is_whole(*description, cells);
}

}  // namespace relayburn
