#pragma once
// One unchanging view of an SQLite database that belongs to somebody else.

#include <sqlite3.h>

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/storage/rows_file.h"
#include "plugins/rows_sqlite/database_place.h"

namespace relayburn {

// How it is opened:
// * With a write-ahead log, in a folder that we may write: read-only, in one read transaction,
// which
//   no writer waits for. SQLite needs to write to its -shm for that.
// * In a folder that we may not write: as immutable where there is no log beside the file, else a
//   copy of both.
// * Without a write-ahead log a reader keeps writers waiting: only as long as it takes to copy the
//   pages to a temporary file.
class RowsDatabase : public RowsFile {
 public:
  explicit RowsDatabase(const std::string& path);

  void query(std::string_view sql, std::span<const Cell> parameters, const Sink& sink) override;
  void check_unchanged() override;

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  using Handle = std::unique_ptr<sqlite3, Close>;
  using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

  void open_best(const DatabasePlace& place);
  void open_live();
  void open_immutable(const DatabasePlace& place);
  void open_copy();
  void open_pages();

  Handle open(const std::string& uri, int flags);
  void begin();
  void run(const char* sql);
  void check(int code);
  [[noreturn]] void fail(sqlite3* handle, int code) const;
  sqlite3_stmt* statement_of(std::string_view sql);
  void bind(sqlite3_stmt* statement, std::span<const Cell> parameters);

  std::string path_;
  Handle handle_;
  std::unordered_map<std::string, Statement> statements_;
  std::optional<DatabaseState> expected_;  // of a file that is taken to be immutable
};

}  // namespace relayburn
