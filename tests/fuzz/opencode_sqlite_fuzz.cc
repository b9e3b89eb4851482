// A damaged database of OpenCode is read by the rows plugin as far as it goes, or is an Error.

#include <stdlib.h>

#include <filesystem>

#include "core/base/error.h"
#include "core/sources/opencode/opencode_source.h"
#include "plugins/rows_sqlite/rows_database.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/unit/memory_sink.h"
#include "tests/unit/test_records.h"

namespace relayburn {
namespace {

// In memory, and gone with the process: SQLite wants to write beside a database.
class Folder {
 public:
  Folder() {
    char name[] = "/dev/shm/relayburn-fuzz-sqlite-XXXXXX";
    require(mkdtemp(name) != nullptr, "a folder can be made");
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }

  std::string database(std::string_view bytes) const {
    for (const auto& entry : std::filesystem::directory_iterator(path_))
      std::filesystem::remove(entry.path());
    const std::string path = path_ + "/opencode.db";
    replace_file(path, bytes, false);
    return path;
  }

 private:
  std::string path_;
};

void read(const std::string& path) {
  static const OpencodeSource source;
  const OpenRows open_rows = [](const std::string& database) {
    return std::make_unique<RowsDatabase>(database);
  };
  Cursor cursor;
  cursor.path = path;
  cursor.size = 1;
  MemorySink sink;
  try {
    source.reader({.keeps_content = true, .open_rows = open_rows})->read(cursor, sink);
  } catch (const Error&) {
    // said to the user, with the file's name
  }
  lines_of(sink.records);
}

}  // namespace
}  // namespace relayburn

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace relayburn;
  static const Folder folder;
  read(folder.database({reinterpret_cast<const char*>(data), size}));
  return 0;
}
