#include "plugins/file/set_aside.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <string_view>

#include "core/base/file.h"

namespace relayburn {
namespace {

constexpr std::string_view kName = "ledger.damaged.";

std::filesystem::path folder_of(const std::string& ledger_path) {
  return std::filesystem::path(ledger_path).parent_path();
}

std::string set_aside_path(const std::string& ledger_path, int number) {
  return (folder_of(ledger_path) / kName).string() + std::to_string(number);
}

// Also what a crash left of a file that was not whole yet.
std::vector<std::string> set_aside_paths(const std::string& ledger_path) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder_of(ledger_path)))
    if (entry.path().filename().string().starts_with(kName)) paths.push_back(entry.path().string());
  return paths;
}

// 0 if there is none.
int last_number(const std::string& ledger_path) {
  int last = 0;
  for (const std::string& path : set_aside_paths(ledger_path)) {
    int number = 0;
    const std::string_view digits = std::string_view(path).substr(path.rfind('.') + 1);
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    last = std::max(last, number);
  }
  return last;
}

std::string bytes_from(const FileHandle& file, const std::string& path, int64_t begin) {
  std::string bytes(static_cast<size_t>(file.status(path).st_size - begin), '\0');
  bytes.resize(read_at(file, bytes.data(), bytes.size(), begin, path));
  return bytes;
}

}  // namespace

std::string set_aside_tail(const std::string& ledger_path, int64_t begin) {
  const FileHandle ledger = FileHandle::open(ledger_path, O_RDWR);
  const std::string tail = bytes_from(ledger, ledger_path, begin);
  const int last = last_number(ledger_path);
  std::string path = set_aside_path(ledger_path, last);
  // A crash between copying and cutting leaves the copy behind; the next writer makes no second.
  if (last == 0 || read_whole_file(path) != tail) {
    path = set_aside_path(ledger_path, last + 1);
    replace_file(path, tail, true);
  }
  truncate_file(ledger, begin, ledger_path);
  sync_file(ledger, ledger_path);
  return path;
}

std::vector<std::string> erase_set_aside(const std::string& ledger_path, SetAside which) {
  std::vector<std::string> erased;
  for (const std::string& path : set_aside_paths(ledger_path)) {
    if (which == SetAside::WithContent &&
        read_whole_file(path).find(R"({"kind":"content")") == std::string::npos)
      continue;
    if (unlink(path.c_str()) != 0) throw_file_error("delete", path, errno);
    erased.push_back(path);
  }
  return erased;
}

}  // namespace relayburn
