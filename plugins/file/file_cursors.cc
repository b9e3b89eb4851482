#include "plugins/file/file_cursors.h"

#include <fcntl.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cerrno>
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

std::string first_line(const FileCursors::Stored& stored) {
  std::string line;
  JsonWriter json(line);
  json.begin_object().key("ledgerId").string(stored.ledger_id);
  json.key("length").integer(stored.length).key("endHash").integer(stored.end_hash);
  json.key("inode").integer(stored.inode).key("ctimeNs").integer(stored.ctime_ns).end_object();
  return line + "\n";
}

bool read_first_line(dom::parser& parser, std::string_view line, FileCursors::Stored& stored) {
  dom::object first;
  std::string_view ledger_id;
  if (parser.parse(simdjson::padded_string(line)).get(first) || first["ledgerId"].get(ledger_id) ||
      first["length"].get(stored.length) || first["endHash"].get(stored.end_hash))
    return false;
  stored.ledger_id = ledger_id;
  // Older versions do not write these.
  if (first["inode"].get(stored.inode) || first["ctimeNs"].get(stored.ctime_ns)) stored.inode = 0;
  return true;
}

bool read_entry(dom::parser& parser, std::string_view line, FileCursors::Entry& entry) {
  dom::object object;
  std::string_view host, source;
  if (parser.parse(simdjson::padded_string(line)).get(object) || object["host"].get(host) ||
      object["source"].get(source) || !read_bytes(object, "log", entry.cursor.path) ||
      !read_bytes(object, "state", entry.cursor.state))
    return false;
  for (const auto& [name, member] : kNumbers)
    if (object[name].get(entry.cursor.*member)) return false;
  entry.host_id = host;
  entry.cursor.source = source;
  return true;
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

FileCursors::Stored FileCursors::load() const {
  if (!exists(path_)) return {};
  const std::string text = read_whole_file(path_);
  std::string_view rest = proven(text);
  dom::parser parser;
  Stored stored;
  if (!read_first_line(parser, take_line(rest), stored)) return {};
  while (!rest.empty())
    if (!read_entry(parser, take_line(rest), stored.entries.emplace_back())) return {};
  return stored;
}

bool FileCursors::is_ledger_unchanged(const Stored& stored) const {
  struct stat now;
  return stat(ledger_path_.c_str(), &now) == 0 && now.st_size == stored.length &&
         static_cast<int64_t>(now.st_ino) == stored.inode &&
         nanoseconds(now.st_ctim) == stored.ctime_ns;
}

std::vector<FileCursors::Entry> FileCursors::entries_for(Stored stored, const LedgerHeader& ledger,
                                                         int64_t length) const {
  if (stored.ledger_id != ledger.ledger_id || stored.length > length ||
      stored.end_hash != end_hash(stored.length))
    return {};
  return std::move(stored.entries);
}

void FileCursors::write(const LedgerHeader& ledger, int64_t length,
                        const std::vector<Entry>& entries, Sync sync) const {
  struct stat now;
  if (stat(ledger_path_.c_str(), &now) != 0) throw_file_error("stat", ledger_path_, errno);
  std::string text = first_line({ledger.ledger_id,
                                 length,
                                 end_hash(length),
                                 static_cast<int64_t>(now.st_ino),
                                 nanoseconds(now.st_ctim),
                                 {}});
  for (const Entry& entry : entries) text += cursor_line(entry.host_id, entry.cursor);
  text += to_hex(hash_key(text)) + "\n";
  replace_file(path_, text, sync == Sync::Yes);
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
