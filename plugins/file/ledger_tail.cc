#include "plugins/file/ledger_tail.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "core/records/record_json.h"

namespace relayburn {
namespace {

constexpr size_t kWrittenAtOnce = size_t{1} << 20;

}  // namespace

LedgerTail::LedgerTail(const std::string& path, int64_t begin)
    : path_(path), file_(FileHandle::open(path, O_WRONLY)), begin_(begin), written_(begin) {
  truncate_file(file_, begin_, path_);
  if (lseek(file_.fd(), begin_, SEEK_SET) < 0) throw_file_error("seek in", path_, errno);
}

LedgerTail::~LedgerTail() {
  // Without its commit line the batch does not count anyway; this only gives the space back.
  if (!is_finished_) (void)!ftruncate(file_.fd(), begin_);
}

void LedgerTail::add(Kind kind, Row row) {
  append_record_json(lines_, kind, row);
  lines_ += '\n';
  if (lines_.size() >= kWrittenAtOnce) write();
}

void LedgerTail::finish(CommitLine& commit) {
  write();
  commit.bytes = written_ - begin_;
  commit.sha256 = hex_digest(hash_.finish());
  lines_ = commit_line(commit);
  write();
  sync_file(file_, path_);
  is_finished_ = true;
}

void LedgerTail::write() {
  hash_.update(lines_);
  write_all(file_, lines_, path_);
  written_ += static_cast<int64_t>(lines_.size());
  lines_.clear();
}

}  // namespace relayburn
