#include "tests/law/opencode_disk.h"

#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>

namespace fs = std::filesystem;

namespace relayburn {
namespace {

// Calls with each (key, what) of the lines that end behind `size` bytes.
template <class Use>
void each_line(std::string_view history, size_t size, Use use) {
  for (size_t begin = 0, end; (end = history.find('\n', begin)) != std::string_view::npos;
       begin = end + 1) {
    const std::string_view line = history.substr(begin, end - begin);
    const size_t space = line.find(' ');
    if (end >= size && space != std::string_view::npos)
      use(std::string(line.substr(0, space)), std::string(line.substr(space + 1)));
  }
}

void write_file(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  if (!(file << text).flush()) throw std::runtime_error("cannot write " + path.string());
}

// Leaves the write-ahead log as it is, as if OpenCode was still there. SQL that was damaged puts
// nothing there.
void run(const std::string& path, const std::string& sql) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open(path.c_str(), &raw);
  const std::unique_ptr<sqlite3, int (*)(sqlite3*)> database(raw, &sqlite3_close);
  if (code != SQLITE_OK) throw std::runtime_error("cannot open " + path);
  sqlite3_exec(raw, "PRAGMA synchronous = OFF", nullptr, nullptr, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_exec(raw, sql.c_str(), nullptr, nullptr, nullptr);
}

}  // namespace

void write_history(const std::string& path, std::string_view history, size_t size) {
  each_line(history, size, [&](const std::string& key, const std::string& what) {
    if (path.ends_with(".db")) {
      run(path, what);
    } else {
      write_file(path + "/" + key, what);
    }
  });
}

}  // namespace relayburn
