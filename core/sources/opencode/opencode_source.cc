#include "core/sources/opencode/opencode_source.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/sources/opencode/opencode_database.h"
#include "core/sources/opencode/opencode_files.h"

namespace relayburn {
namespace {

constexpr std::string_view kDatabaseHead{"SQLite format 3\0", 16};

bool is_database_name(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return name.starts_with("opencode") && name.ends_with(".db");
}

std::string data_folder(const SourceEnvironment& environment) {
  const auto xdg = environment.variable("XDG_DATA_HOME");
  return (xdg && !xdg->empty() ? *xdg : environment.home + "/.local/share") + "/opencode";
}

// The release keeps opencode.db, other channels opencode-<channel>.db.
std::vector<std::string> databases_in(const std::string& folder) {
  std::vector<std::string> paths;
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(opendir(folder.c_str()), &closedir);
  if (!stream) return paths;
  while (const dirent* entry = readdir(stream.get()))
    if (is_database_name(entry->d_name)) paths.push_back(folder + "/" + entry->d_name);
  return paths;
}

// Readers leave an empty log behind, and root's change the owner of any to what it was.
void fold_wal(Cursor& cursor) {
  // It lies beside the file that a link leads to.
  const std::string path = resolved_path(cursor.path) + "-wal";
  struct stat status;
  if (stat(path.c_str(), &status) != 0 || status.st_size == 0) return;
  cursor.size += status.st_size;
  cursor.mtime_ns = std::max(cursor.mtime_ns, nanoseconds(status.st_mtim));
}

std::string head_of(const std::string& path) {
  const FileHandle file = FileHandle::open(path, O_RDONLY);
  std::string head(kDatabaseHead.size(), '\0');
  head.resize(read_at(file, head.data(), head.size(), 0, path));
  return head;
}

class OpencodeReader : public LogReader {
 public:
  explicit OpencodeReader(const ReaderOptions& options)
      : open_rows_(options.open_rows), records_(options), files_(options) {}

  int64_t read(Cursor cursor, RecordSink& sink) override {
    const std::string head = head_of(cursor.path);
    const bool is_database = head == kDatabaseHead || is_database_name(cursor.path);
    if (!is_database) return files_.read(std::move(cursor), sink);
    if (head.empty()) {  // OpenCode is about to make it
      sink.checkpoint(cursor);
      return 0;
    }
    if (!open_rows_)
      throw Error(ErrorKind::PluginMissing, "a database is read by a rows plugin; there is none");
    const std::unique_ptr<RowsFile> rows = open_rows_(cursor.path);
    OpencodeDatabase database(*rows, parser_, records_, sink);
    if (database.is_one()) return database.read(std::move(cursor));
    constexpr const char* problem = "it is a database without OpenCode's tables";
    if (!is_database_name(cursor.path)) throw Error(ErrorKind::Corrupt, problem);
    // Its name alone made us look: once is enough.
    sink.rejected(0, problem);
    sink.checkpoint(cursor);
    return 0;
  }

 private:
  OpenRows open_rows_;
  OpencodeParser parser_;
  OpencodeRecords records_;
  OpencodeFiles files_;
};

}  // namespace

std::string_view OpencodeSource::name() const { return kOpencodeSource; }
int64_t OpencodeSource::parser_version() const { return kOpencodeParserVersion; }

std::vector<std::string> OpencodeSource::roots(const SourceEnvironment& environment) const {
  const std::string data = data_folder(environment);
  std::vector<std::string> roots = {data + "/storage/message", data + "/storage/session"};
  const auto database = environment.variable("OPENCODE_DB");
  if (!database || database->empty()) {
    std::vector<std::string> databases = databases_in(data);
    if (databases.empty()) databases.push_back(data + "/opencode.db");  // it may come
    for (std::string& path : databases) roots.push_back(std::move(path));
  } else if (*database != ":memory:") {
    roots.push_back(database->starts_with('/') ? *database : data + "/" + *database);
  }
  return roots;
}

bool OpencodeSource::is_log(std::string_view path) const {
  return is_opencode_file(path) || is_database_name(path);
}

void OpencodeSource::include_sidecar_files(Cursor& found) const {
  if (is_opencode_file(found.path)) {
    fold_opencode_parts(found);
  } else {
    fold_wal(found);
  }
}

int OpencodeSource::likeness(std::string_view head) const {
  constexpr int certain = 100;
  if (head.starts_with(kDatabaseHead)) return certain;
  int score = 0;
  for (const std::string_view key :
       {"\"sessionID\"", "\"projectID\"", "\"providerID\"", "\"modelID\"", "\"messageID\"",
        "\"parentID\"", "\"directory\"", "\"role\""})
    if (head.find(key) != std::string_view::npos) ++score;
  return score;
}

std::unique_ptr<LogReader> OpencodeSource::reader(const ReaderOptions& options) const {
  return std::make_unique<OpencodeReader>(options);
}

}  // namespace relayburn
