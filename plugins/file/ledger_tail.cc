#include "plugins/file/ledger_tail.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "core/records/record_json.h"

namespace relayburn {
namespace {

constexpr size_t kWrittenAtOnce = size_t{1} << 20;
// No page is written twice, so that after a power cut each disk sector of the batch holds either
// all of its bytes or zeros. unread_tail.h tells a torn batch from a damaged one by that.
constexpr int64_t kPage = 4096;

}  // namespace

LedgerTail::LedgerTail(const std::string& path, int64_t begin)
    : path_(path), file_(FileHandle::open(path, O_WRONLY)), begin_(begin), written_(begin) {
  if (lseek(file_.fd(), begin_, SEEK_SET) < 0) throw_file_error("seek in", path_, errno);
}

LedgerTail::~LedgerTail() {
  // If this fails the next writer sets the rest aside.
  if (!is_finished_) (void)!ftruncate(file_.fd(), begin_);
}

void LedgerTail::add(Kind kind, Row row) {
  append_record_json(lines_, kind, row);
  lines_ += '\n';
  if (lines_.size() < kWrittenAtOnce) return;
  const size_t size = lines_.size() - static_cast<size_t>(end() % kPage);
  hash_.update(std::string_view(lines_).substr(0, size));
  write(size);
}

void LedgerTail::finish(CommitLine& commit) {
  hash_.update(lines_);
  commit.bytes = end() - begin_;
  commit.sha256 = hex_digest(hash_.finish());
  const std::string line = commit_line(commit);
  commit.seal = *seal_of(std::string_view(line).substr(0, line.size() - 1));
  lines_ += line;
  write(lines_.size());
  sync_file(file_, path_);
  is_finished_ = true;
}

void LedgerTail::write(size_t size) {
  write_all(file_, std::string_view(lines_).substr(0, size), path_);
  written_ += static_cast<int64_t>(size);
  lines_.erase(0, size);
}

}  // namespace relayburn
