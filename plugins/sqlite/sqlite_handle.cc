#include "plugins/sqlite/sqlite_handle.h"

#include <algorithm>
#include <cctype>
#include <cerrno>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/key.h"

namespace relayburn {
namespace {

constexpr int kBusyTimeoutMs = 30000;

ErrorKind kind_of(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_NOMEM:
      return ErrorKind::Unavailable;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return ErrorKind::Unauthorized;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ErrorKind::Corrupt;
    default:
      return ErrorKind::Internal;
  }
}

[[noreturn]] void throw_sqlite(const std::string& path, std::string_view doing, int code,
                               const char* message) {
  throw Error(kind_of(code), "cannot " + std::string(doing) + " " + path + ": " + message);
}

// A file name as a URI, in which only some bytes stand for themselves.
std::string uri_of(const std::string& path) {
  std::string uri = "file:";
  for (const char c : path) {
    if (c == '/' || (c & 0x80) != 0 || std::isalnum(static_cast<unsigned char>(c)) != 0) {
      uri += c;
    } else {
      uri += '%';
      append_hex(uri, std::string_view(&c, 1));
    }
  }
  return uri;
}

struct stat status_of(const std::string& path) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0) throw_file_error("stat", path, errno);
  return status;
}

bool is_same_moment(const timespec& a, const timespec& b) {
  return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

}  // namespace

SqliteDatabase::SqliteDatabase(const std::string& path, int flags) : path_(path) {
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  handle_.reset(handle);
  if (code != SQLITE_OK) throw_sqlite(path, "open", code, sqlite3_errstr(code));
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, kBusyTimeoutMs);
}

SqliteDatabase SqliteDatabase::open_unchanging(const std::string& path) {
  const struct stat before = status_of(path);
  SqliteDatabase database(uri_of(path) + "?immutable=1", SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
  database.path_ = path;
  database.unchanging_ = before;
  return database;
}

void SqliteDatabase::require_unchanged() const {
  if (!unchanging_) return;
  const struct stat now = status_of(path_);
  if (now.st_ino != unchanging_->st_ino || now.st_size != unchanging_->st_size ||
      !is_same_moment(now.st_mtim, unchanging_->st_mtim))
    throw Error(ErrorKind::Unavailable, path_ + " was written while it was read", "run again");
}

void SqliteDatabase::run(const char* sql) {
  if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail("use");
}

void SqliteDatabase::fail(std::string_view doing) const {
  throw_sqlite(path_, doing, sqlite3_extended_errcode(handle_.get()),
               sqlite3_errmsg(handle_.get()));
}

SqliteStatement::SqliteStatement(SqliteDatabase& database, std::string sql, bool is_kept)
    : database_(database) {
  // SQLite takes $2 for a name and numbers it by where it stands first; ?2 is the second parameter
  // anywhere.
  std::replace(sql.begin(), sql.end(), '$', '?');
  sqlite3_stmt* handle = nullptr;
  const int code =
      sqlite3_prepare_v3(database.handle_.get(), sql.data(), static_cast<int>(sql.size()),
                         is_kept ? SQLITE_PREPARE_PERSISTENT : 0, &handle, nullptr);
  handle_.reset(handle);
  check(code);
  is_bound_.resize(static_cast<size_t>(sqlite3_bind_parameter_count(handle)) + 1);
}

void SqliteStatement::check(int code) const {
  if (code != SQLITE_OK && code != SQLITE_ROW) database_.require_unchanged();
  if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE) database_.fail("use");
}

sqlite3_stmt* SqliteStatement::bound(int position) {
  is_bound_[static_cast<size_t>(position)] = true;
  return handle_.get();
}

SqliteStatement& SqliteStatement::integer(int position, int64_t value) {
  check(sqlite3_bind_int64(bound(position), position, value));
  return *this;
}

SqliteStatement& SqliteStatement::text(int position, std::string_view value) {
  // A null pointer would bind NULL, and empty is not absent.
  check(sqlite3_bind_text64(bound(position), position, value.data() == nullptr ? "" : value.data(),
                            value.size(), SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

SqliteStatement& SqliteStatement::bytes(int position, std::string_view value) {
  check(sqlite3_bind_blob64(bound(position), position, value.data() == nullptr ? "" : value.data(),
                            value.size(), SQLITE_STATIC));
  return *this;
}

// Most columns of most rows are NULL, and were so in the row before.
SqliteStatement& SqliteStatement::null(int position) {
  if (!is_bound_[static_cast<size_t>(position)]) return *this;
  check(sqlite3_bind_null(handle_.get(), position));
  is_bound_[static_cast<size_t>(position)] = false;
  return *this;
}

SqliteStatement& SqliteStatement::cell(int position, ColumnType type, const Cell& value) {
  if (value.is_null()) return null(position);
  if (type == ColumnType::Text) return text(position, value.text());
  if (type == ColumnType::Key) return bytes(position, value.text());
  return integer(position, value.integer());
}

SqliteStatement& SqliteStatement::cell(int position, const Cell& value) {
  return cell(position, value.is_text() ? ColumnType::Text : ColumnType::Integer, value);
}

SqliteStatement& SqliteStatement::parameters(const std::vector<SqlParameter>& values) {
  int position = 0;
  for (const SqlParameter& value : values) {
    ++position;
    if (const auto* instant = std::get_if<Instant>(&value)) integer(position, instant->us);
    if (const auto* number = std::get_if<int64_t>(&value)) integer(position, *number);
    if (const auto* string = std::get_if<std::string>(&value)) text(position, *string);
  }
  return *this;
}

bool SqliteStatement::step() {
  const int code = sqlite3_step(handle_.get());
  check(code);
  return code == SQLITE_ROW;
}

void SqliteStatement::run() {
  while (step()) {
  }
  reset();
}

void SqliteStatement::reset() { sqlite3_reset(handle_.get()); }

std::string_view SqliteStatement::text_at(int column) const {
  const void* data = sqlite3_column_blob(handle_.get(), column);
  const int size = sqlite3_column_bytes(handle_.get(), column);
  return data == nullptr
             ? std::string_view()
             : std::string_view(static_cast<const char*>(data), static_cast<size_t>(size));
}

Cell SqliteStatement::cell_at(int column) const {
  switch (sqlite3_column_type(handle_.get(), column)) {
    case SQLITE_NULL:
      return {};
    case SQLITE_INTEGER:
      return Cell::integer(integer_at(column));
    default:
      return Cell::text(text_at(column));
  }
}

SqliteTransaction::~SqliteTransaction() {
  if (is_done_) return;
  try {
    database_.run("ROLLBACK");
  } catch (const Error&) {
    // SQLite has rolled back by itself (full disk), or will when the connection is closed.
  }
}

void SqliteTransaction::commit() {
  database_.run("COMMIT");
  is_done_ = true;
}

}  // namespace relayburn
