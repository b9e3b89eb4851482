// A damaged database of OpenCode is read by the rows plugin as far as it goes, or is an Error.

#include "core/sources/opencode/opencode_source.h"
#include "plugins/rows_sqlite/rows_database.h"
#include "tests/fuzz/fuzz_log.h"

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace relayburn;
  static const OpencodeSource source;
  static const MemoryFolder folder;  // SQLite wants to write beside a database
  folder.clear();
  const std::string path = folder.path() + "/opencode.db";
  replace_file(path, {reinterpret_cast<const char*>(data), size}, false);
  const OpenRows open_rows = [](const std::string& database) {
    return std::make_unique<RowsDatabase>(database);
  };
  fuzz_file(source, path, {.keeps_content = true, .open_rows = open_rows});
  return 0;
}
