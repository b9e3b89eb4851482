#include "plugins/rows_sqlite/rows_database.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <deque>

#include "core/base/error.h"
#include "plugins/rows_sqlite/private_copy.h"

namespace relayburn {
namespace {

constexpr int kBusyTimeoutMs = 5000;

ErrorKind kind_of(int code) {
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR:
      return ErrorKind::Corrupt;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return ErrorKind::Unauthorized;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
    case SQLITE_NOMEM:
      return ErrorKind::Unavailable;
    default:
      return ErrorKind::Internal;
  }
}

// '?', '#' and '%' mean something in a URI; what is plain stays readable.
std::string uri_of(const std::string& path, std::string_view parameters) {
  constexpr std::string_view hexadecimal = "0123456789ABCDEF";
  std::string uri = path.starts_with('/') ? "file://" : "file:";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') ||
                          std::string_view("/._-~").find(c) != std::string_view::npos;
    if (is_plain) {
      uri += c;
    } else {
      uri += '%';
      uri += hexadecimal[byte >> 4];
      uri += hexadecimal[byte & 15];
    }
  }
  return uri.append("?").append(parameters);
}

std::string_view bytes_at(const void* data, int size) {
  return data == nullptr
             ? std::string_view("")
             : std::string_view(static_cast<const char*>(data), static_cast<size_t>(size));
}

// Numbers that are no whole ones need a place for their text.
class RowCells {
 public:
  Row of(sqlite3_stmt* statement) {
    cells_.clear();
    numbers_.clear();
    const int columns = sqlite3_column_count(statement);
    for (int i = 0; i < columns; ++i) cells_.push_back(cell(statement, i));
    return cells_;
  }

 private:
  Cell cell(sqlite3_stmt* statement, int i) {
    switch (sqlite3_column_type(statement, i)) {
      case SQLITE_NULL:
        return {};
      case SQLITE_INTEGER:
        return Cell::integer(sqlite3_column_int64(statement, i));
      case SQLITE_FLOAT:
        return number(sqlite3_column_double(statement, i));
      case SQLITE_BLOB: {
        const void* data = sqlite3_column_blob(statement, i);
        return Cell::text(bytes_at(data, sqlite3_column_bytes(statement, i)));
      }
      default: {
        const void* data = sqlite3_column_text(statement, i);
        return Cell::text(bytes_at(data, sqlite3_column_bytes(statement, i)));
      }
    }
  }

  Cell number(double value) {
    constexpr double most = 9007199254740992;  // 2^53: all whole numbers up to it are themselves
    if (std::fabs(value) <= most && std::trunc(value) == value)
      return Cell::integer(static_cast<int64_t>(value));
    std::array<char, 32> digits;
    const auto end = std::to_chars(digits.begin(), digits.end(), value).ptr;
    return Cell::text(numbers_.emplace_back(digits.begin(), end));
  }

  std::vector<Cell> cells_;
  std::deque<std::string> numbers_;
};

// Leaves the statement ready for the next query, whatever the sink throws.
struct ResetAtEnd {
  explicit ResetAtEnd(sqlite3_stmt* of) : statement(of) {}
  ~ResetAtEnd() {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
  }
  ResetAtEnd(const ResetAtEnd&) = delete;
  ResetAtEnd& operator=(const ResetAtEnd&) = delete;
  sqlite3_stmt* statement;
};

}  // namespace

RowsDatabase::RowsDatabase(const std::string& path) : path_(resolved_path(path)) {
  open_best(look_at(path_));
}

void RowsDatabase::open_best(const DatabasePlace& place) {
  const bool has_log = place.state.wal.size > 0 || place.state.journal.size > 0;
  if (!place.can_write_sidecars) return has_log ? open_copy() : open_immutable(place);
  try {
    return place.uses_wal ? open_live() : open_pages();
  } catch (const Error& error) {
    // A -shm of somebody else, or a journal that a crash left and that only a writer may roll back.
    const bool may_be_copied =
        error.kind == ErrorKind::Unauthorized || error.kind == ErrorKind::Unavailable;
    if (!may_be_copied) throw;
  }
  open_copy();
}

void RowsDatabase::open_live() {
  handle_ = open(uri_of(path_, "mode=ro"), SQLITE_OPEN_READONLY);
  begin();
}

void RowsDatabase::open_immutable(const DatabasePlace& place) {
  expected_ = place.state;
  handle_ = open(uri_of(path_, "immutable=1"), SQLITE_OPEN_READONLY);
  begin();
}

void RowsDatabase::open_copy() {
  PrivateCopy copy(path_);
  handle_ = open(uri_of(copy.path(), "mode=rw"), SQLITE_OPEN_READWRITE);
  // Nobody else will come: then SQLite needs no -shm.
  run("PRAGMA locking_mode = EXCLUSIVE");
  begin();
}

void RowsDatabase::open_pages() {
  const Handle source = open(uri_of(path_, "mode=ro"), SQLITE_OPEN_READONLY);
  // A database without a name is a temporary file that has no name either.
  handle_ = open("", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  sqlite3_backup* backup = sqlite3_backup_init(handle_.get(), "main", source.get(), "main");
  if (backup == nullptr) fail(handle_.get(), sqlite3_extended_errcode(handle_.get()));
  const int code = sqlite3_backup_step(backup, -1);
  const int finished = sqlite3_backup_finish(backup);
  if (code != SQLITE_DONE) fail(nullptr, finished != SQLITE_OK ? finished : code);
  begin();
}

RowsDatabase::Handle RowsDatabase::open(const std::string& uri, int flags) {
  sqlite3* raw = nullptr;
  const int code =
      sqlite3_open_v2(uri.c_str(), &raw, flags | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, nullptr);
  Handle handle(raw);
  if (code != SQLITE_OK) fail(nullptr, code);
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, kBusyTimeoutMs);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  return handle;
}

// The view begins with the first read.
void RowsDatabase::begin() {
  // A file that shrinks under a mapping kills the process.
  run("PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON; PRAGMA query_only = ON; BEGIN;"
      "SELECT count(*) FROM sqlite_schema");
}

void RowsDatabase::run(const char* sql) {
  check(sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr));
}

void RowsDatabase::check(int code) {
  if (code != SQLITE_OK) fail(handle_.get(), code);
}

void RowsDatabase::fail(sqlite3* handle, int code) const {
  const char* why = handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
  throw Error(kind_of(code), "cannot read " + path_ + ": " + why);
}

sqlite3_stmt* RowsDatabase::statement_of(std::string_view sql) {
  Statement& statement = statements_[std::string(sql)];
  if (statement) return statement.get();
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  statement.reset(raw);
  check(code);
  return raw;
}

void RowsDatabase::bind(sqlite3_stmt* statement, std::span<const Cell> parameters) {
  int position = 0;
  for (const Cell& cell : parameters) {
    ++position;
    if (cell.is_null()) {
      check(sqlite3_bind_null(statement, position));
    } else if (cell.is_text()) {
      const std::string_view text = cell.text();
      check(sqlite3_bind_text64(statement, position, text.data() == nullptr ? "" : text.data(),
                                text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
    } else {
      check(sqlite3_bind_int64(statement, position, cell.integer()));
    }
  }
}

void RowsDatabase::query(std::string_view sql, std::span<const Cell> parameters, const Sink& sink) {
  sqlite3_stmt* statement = statement_of(sql);
  const ResetAtEnd reset(statement);
  bind(statement, parameters);
  RowCells cells;
  while (true) {
    const int code = sqlite3_step(statement);
    if (code == SQLITE_DONE) return;
    if (code != SQLITE_ROW) fail(handle_.get(), code);
    if (!sink(cells.of(statement))) return;
  }
}

void RowsDatabase::check_unchanged() {
  if (!expected_ || state_of(path_) == *expected_) return;
  throw Error(ErrorKind::Unavailable, "cannot read " + path_ + ": it was changed meanwhile",
              "run again");
}

}  // namespace relayburn
