#pragma once
// RAII over SQLite's C handles. Every failure is an Error whose kind says what it means for us.

#include <sqlite3.h>
#include <sys/stat.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/records/cell.h"
#include "core/records/kinds.h"
#include "core/sql/snapshot_sql.h"

namespace relayburn {

class SqliteStatement;

class SqliteDatabase {
 public:
  // flags of sqlite3_open_v2.
  SqliteDatabase(const std::string& path, int flags);
  // Read-only, without locks and without files beside it: for where none may be made. Should the
  // file change all the same, a statement ends with Unavailable.
  static SqliteDatabase open_unchanging(const std::string& path);

  // One or more statements without results.
  void run(const char* sql);
  void run(const std::string& sql) { run(sql.c_str()); }
  int64_t changes() const { return sqlite3_changes64(handle_.get()); }
  [[noreturn]] void fail(std::string_view doing) const;

 private:
  friend class SqliteStatement;
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  void require_unchanged() const;

  std::string path_;
  std::optional<struct stat> unchanging_;  // what the file was when it was opened so
  std::unique_ptr<sqlite3, Close> handle_;
};

class SqliteStatement {
 public:
  // Parameters are written $1, $2, … in any order.
  SqliteStatement(SqliteDatabase& database, std::string sql, bool is_kept = false);

  // Positions count from 1. Text and bytes must live until the statement was stepped.
  SqliteStatement& integer(int position, int64_t value);
  SqliteStatement& text(int position, std::string_view value);
  SqliteStatement& bytes(int position, std::string_view value);
  SqliteStatement& null(int position);
  SqliteStatement& cell(int position, ColumnType type, const Cell& value);
  // A text or an integer.
  SqliteStatement& cell(int position, const Cell& value);
  SqliteStatement& parameters(const std::vector<SqlParameter>& values);

  // True while there is a row.
  bool step();
  // Steps to the end and makes the statement ready for the next values.
  void run();
  void reset();

  int64_t integer_at(int column) const { return sqlite3_column_int64(handle_.get(), column); }
  std::string_view text_at(int column) const;
  // Points into the row.
  Cell cell_at(int column) const;
  int columns() const { return sqlite3_column_count(handle_.get()); }

 private:
  void check(int code) const;
  struct Finalize {
    void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
  };
  sqlite3_stmt* bound(int position);

  SqliteDatabase& database_;
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
  std::vector<bool> is_bound_;  // by position; the others are NULL
};

// BEGIN, and ROLLBACK unless commit() was called.
class SqliteTransaction {
 public:
  SqliteTransaction(SqliteDatabase& database, const char* begin) : database_(database) {
    database_.run(begin);
  }
  ~SqliteTransaction();
  SqliteTransaction(const SqliteTransaction&) = delete;
  SqliteTransaction& operator=(const SqliteTransaction&) = delete;
  void commit();

 private:
  SqliteDatabase& database_;
  bool is_done_ = false;
};

}  // namespace relayburn
