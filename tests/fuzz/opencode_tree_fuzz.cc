// Any bytes in OpenCode's files. A line is one file; its first letter says which. Each is read as
// ingest reads it, with what belongs to it.

#include <filesystem>
#include <fstream>

#include "core/base/error.h"
#include "core/sources/opencode/opencode_source.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/unit/memory_sink.h"
#include "tests/unit/test_records.h"

namespace fs = std::filesystem;

namespace relayburn {
namespace {

class Tree {
 public:
  explicit Tree(const MemoryFolder& folder) : folder_(folder) { folder.clear(); }

  void add(char letter, std::string_view bytes) {
    const fs::path path = fs::path(folder_.path()) / name_of(letter);
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary | std::ios::app) << bytes;
  }
  std::vector<std::string> logs(const Source& source) const {
    std::vector<std::string> paths;
    for (const auto& entry : fs::recursive_directory_iterator(folder_.path()))
      if (entry.is_regular_file() && source.is_log(entry.path().string()))
        paths.push_back(entry.path().string());
    std::sort(paths.begin(), paths.end());
    return paths;
  }

 private:
  static const char* name_of(char letter) {
    switch (letter) {
      case 's':
        return "session/project/ses_1.json";
      case 'p':
        return "part/msg_1/prt_1.json";
      case 'q':
        return "part/msg_2/prt_2.json";
      case 'n':
        return "message/ses_1/msg_2.json";
      default:
        return "message/ses_1/msg_1.json";
    }
  }

  const MemoryFolder& folder_;
};

void read(const Tree& tree) {
  static const OpencodeSource source;
  const std::unique_ptr<LogReader> reader = source.reader({.keeps_content = true});
  MemorySink sink;
  for (const std::string& path : tree.logs(source)) try {
      Cursor cursor;
      cursor.path = path;
      cursor.size = 1;
      source.include_sidecar_files(cursor);
      reader->read(std::move(cursor), sink);
    } catch (const Error&) {
      // said to the user, with the file's name
    }
  lines_of(sink.records);
}

}  // namespace
}  // namespace relayburn

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace relayburn;
  static const MemoryFolder folder;
  Tree tree(folder);
  std::string_view lines(reinterpret_cast<const char*>(data), size);
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(lines.size(), line.size() + 1));
    if (!line.empty()) tree.add(line.front(), line.substr(1));
  }
  read(tree);
  return 0;
}
