#include "plugins/file/file_cursors.h"

#include <fcntl.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <map>

#include "core/base/file.h"
#include "core/base/json_writer.h"
#include "core/base/sha256.h"

namespace relayburn {
namespace {

namespace dom = simdjson::dom;

using NumberField = std::pair<const char*, int64_t Cursor::*>;
constexpr std::array<NumberField, 10> kNumbers = {{{"device", &Cursor::device},
                                                   {"inode", &Cursor::inode},
                                                   {"size", &Cursor::size},
                                                   {"mtimeNs", &Cursor::mtime_ns},
                                                   {"ctimeNs", &Cursor::ctime_ns},
                                                   {"offset", &Cursor::offset},
                                                   {"parserVersion", &Cursor::parser_version},
                                                   {"lines", &Cursor::lines},
                                                   {"headHash", &Cursor::head_hash},
                                                   {"tailHash", &Cursor::tail_hash}}};

// Paths and states are bytes: what JSON cannot hold is kept in hex.
void write_bytes(JsonWriter& json, std::string_view key, std::string_view bytes) {
  std::string hex;
  append_hex(hex, bytes);
  json.key(key).string(hex);
}

bool read_bytes(dom::object object, std::string_view key, std::string& bytes) {
  std::string_view hex;
  if (object[key].get(hex) || hex.size() % 2 != 0) return false;
  bytes.clear();
  constexpr std::string_view digits = "0123456789abcdef";
  for (size_t i = 0; i < hex.size(); i += 2) {
    const size_t high = digits.find(hex[i]);
    const size_t low = digits.find(hex[i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return false;
    bytes += static_cast<char>(high << 4 | low);
  }
  return true;
}

std::string cursor_line(const std::string& host_id, const Cursor& cursor) {
  std::string line;
  JsonWriter json(line);
  json.begin_object().key("host").string(host_id).key("source").string(cursor.source);
  write_bytes(json, "log", cursor.path);
  for (const auto& [name, member] : kNumbers) json.key(name).integer(cursor.*member);
  write_bytes(json, "state", cursor.state);
  json.end_object();
  return line + "\n";
}

std::string first_line(const LedgerHeader& ledger, int64_t length, int64_t end_hash) {
  std::string line;
  JsonWriter json(line);
  json.begin_object().key("ledgerId").string(ledger.ledger_id).key("length").integer(length);
  json.key("endHash").integer(end_hash).end_object();
  return line + "\n";
}

std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return line;
}

// Without the last line, which is the hash of all before it; empty where that does not hold.
std::string_view proven(std::string_view text) {
  if (text.size() < 34 || text.back() != '\n' || text[text.size() - 34] != '\n') return {};
  const std::string_view body = text.substr(0, text.size() - 33);
  return to_hex(hash_key(body)) == text.substr(text.size() - 33, 32) ? body : std::string_view();
}

}  // namespace

// The ledger's last bytes before `length` hold a commit line, which names a batch of one run.
int64_t FileCursors::end_hash(int64_t length) const {
  constexpr int64_t hashed = 4096;
  const FileHandle file = FileHandle::open(ledger_path_, O_RDONLY);
  std::string bytes(static_cast<size_t>(std::min(hashed, length)), '\0');
  bytes.resize(read_at(file, bytes.data(), bytes.size(),
                       length - static_cast<int64_t>(bytes.size()), ledger_path_));
  return static_cast<int64_t>(hash_u64(bytes));
}

std::vector<FileCursors::Entry> FileCursors::read(const LedgerHeader& ledger,
                                                  int64_t length) const {
  if (!exists(path_)) return {};
  const std::string text = read_whole_file(path_);
  std::string_view rest = proven(text);
  dom::parser parser;
  dom::object first;
  std::string_view ledger_id;
  int64_t written_length = 0;
  int64_t written_hash = 0;
  if (parser.parse(simdjson::padded_string(take_line(rest))).get(first) ||
      first["ledgerId"].get(ledger_id) || first["length"].get(written_length) ||
      first["endHash"].get(written_hash) || ledger_id != ledger.ledger_id ||
      written_length > length || written_hash != end_hash(written_length))
    return {};
  std::vector<Entry> entries;
  while (!rest.empty()) {
    Entry entry;
    dom::object object;
    std::string_view host, source;
    if (parser.parse(simdjson::padded_string(take_line(rest))).get(object) ||
        object["host"].get(host) || object["source"].get(source) ||
        !read_bytes(object, "log", entry.cursor.path) ||
        !read_bytes(object, "state", entry.cursor.state))
      return {};
    for (const auto& [name, member] : kNumbers)
      if (object[name].get(entry.cursor.*member)) return {};
    entry.host_id = host;
    entry.cursor.source = source;
    entries.push_back(std::move(entry));
  }
  return entries;
}

void FileCursors::write(const LedgerHeader& ledger, int64_t length,
                        const std::vector<Entry>& entries) const {
  std::string text = first_line(ledger, length, end_hash(length));
  for (const Entry& entry : entries) text += cursor_line(entry.host_id, entry.cursor);
  text += to_hex(hash_key(text)) + "\n";
  // Not synced: losing it to a power cut costs a second reading of the logs, and nothing else.
  replace_file(path_, text, false);
}

std::vector<Cursor> cursors_of(const std::vector<FileCursors::Entry>& entries,
                               std::string_view host_id) {
  std::vector<Cursor> cursors;
  for (const FileCursors::Entry& entry : entries)
    if (entry.host_id == host_id) cursors.push_back(entry.cursor);
  return cursors;
}

void put_cursors(std::vector<FileCursors::Entry>& entries, std::string_view host_id,
                 const std::vector<Cursor>& cursors) {
  std::map<std::tuple<std::string, std::string, std::string>, size_t> places;
  for (size_t i = 0; i < entries.size(); ++i)
    places[{entries[i].host_id, entries[i].cursor.source, entries[i].cursor.path}] = i;
  for (const Cursor& cursor : cursors) {
    const auto [place, is_new] =
        places.try_emplace({std::string(host_id), cursor.source, cursor.path}, entries.size());
    if (is_new) entries.push_back({std::string(host_id), cursor});
    entries[place->second].cursor = cursor;
  }
}

}  // namespace relayburn
