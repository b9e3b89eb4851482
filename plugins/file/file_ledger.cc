#include "plugins/file/file_ledger.h"

#include <fcntl.h>

#include "core/base/file_system.h"
#include "core/base/random.h"
#include "core/storage/empty_snapshot.h"
#include "core/storage/lost_writes.h"
#include "plugins/file/file_prune.h"
#include "plugins/file/file_snapshot.h"
#include "plugins/file/ledger_tail.h"

namespace relayburn {
namespace {

constexpr int kWaitForWriterMs = 30000;

bool has_bytes(const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 && status.st_size > 0;
}

}  // namespace

class FileLedger::Writing {
 public:
  explicit Writing(FileLedger& ledger)
      : guard_(ledger.writing_),
        lock_(FileLock::acquire(ledger.directory_ + "/writer.lock", kWaitForWriterMs)) {
    if (!lock_.is_held())
      throw Error(ErrorKind::Unavailable, ledger.path_ + " is being written by another process",
                  "run again when it has ended");
  }

 private:
  std::lock_guard<std::mutex> guard_;
  FileLock lock_;
};

FileLedger::FileLedger(const OpenContext& context)
    : directory_(context.location),
      path_(context.location + "/ledger.jsonl"),
      cursors_(context.location + "/cursors.jsonl", path_),
      locks_(context.location + "/lock-") {}

StoreInfo FileLedger::info() {
  StoreInfo info;
  info.location = path_;
  info.newest_version = kFileVersion;
  info.file_system = file_system_type(path_);
  info.is_on_network = is_on_network_file_system(path_);
  if (!has_bytes(path_)) return info;
  const std::string first = [&] {
    const FileHandle file = FileHandle::open(path_, O_RDONLY);
    LineBuffer buffer;
    LineReader lines(file, path_, 0, file.status(path_).st_size, buffer);
    Line line;
    return lines.next(line) ? std::string(line.text) : std::string();
  }();
  const std::optional<LedgerHeader> header = parse_header_line(first);
  if (!header) throw Error(ErrorKind::Corrupt, path_ + " is no ledger of relayburn");
  info.schema_version = header->version;
  info.schema = SchemaState::Current;
  return info;
}

MigrationResult FileLedger::migrate() {
  make_directories(directory_);
  const Writing writing(*this);
  MigrationResult result;
  result.to_version = kFileVersion;
  if (has_bytes(path_)) {
    result.from_version = FileImage(path_).header().version;
    return result;
  }
  replace_file(path_, header_line({kFileVersion, random_id()}), true);
  return result;
}

FileImage& FileLedger::current_image() {
  if (image_ && image_->is_replaced()) image_.reset();
  if (!image_) image_.emplace(path_);
  image_->refresh();
  return *image_;
}

Tallies FileLedger::append(const Batch& batch) {
  const Writing writing(*this);
  FileImage& image = current_image();
  const bool is_counted = !batch.run.run_id.empty();
  const auto run = image.runs().find(batch.run.run_id);
  if (is_counted && run != image.runs().end() && run->second.last_batch >= batch.run.batch_number)
    return run->second.last;
  require_confirmed_batches(batch.run, run == image.runs().end() ? 0 : run->second.last_batch,
                            "file ledger " + path_);
  std::vector<FileCursors::Entry> entries;
  if (!batch.cursors.empty()) {
    entries = cursors_.read(image.header(), image.committed());
    require_continued_cursors(batch, cursors_of(entries, batch.run.host_id),
                              "file ledger " + path_);
  }
  CommitLine commit;
  commit.run = batch.run;
  FileImage::Pending written;
  std::optional<LedgerTail> tail;
  if (is_counted) tail.emplace(path_, image.committed());
  for (const Kind kind : kAllKinds) {
    Tally& tally = commit.tallies[index_of(kind)];
    tally.duplicate = batch.folded(kind);
    for (size_t i = 0; i < batch.row_count(kind); ++i) {
      const Row row = batch.row(kind, i);
      const RecordPlace* present = image.index(kind).find(row[kIdColumn].key());
      Arena arena;
      if (present != nullptr && !is_greater(kind, row, image.read(*present, arena))) {
        ++tally.duplicate;
        continue;
      }
      ++(present == nullptr ? tally.inserted : tally.updated);
      if (!tail) tail.emplace(path_, image.committed());
      const int64_t begin = tail->end();
      tail->add(kind, row);
      const int64_t size = tail->end() - 1 - begin;
      written.records.push_back({kind, {row[kIdColumn].key(), rank_of(kind, row), begin, size}});
    }
  }
  if (tail) {
    tail->finish(commit);
    image.commit(written, commit, tail->end());
  }
  if (!batch.cursors.empty()) {
    put_cursors(entries, batch.run.host_id, batch.cursors);
    cursors_.write(image.header(), image.committed(), entries);
  }
  return commit.tallies;
}

std::unique_ptr<Snapshot> FileLedger::snapshot() {
  if (!has_bytes(path_)) return std::make_unique<EmptySnapshot>();
  return std::make_unique<FileSnapshot>(path_);
}

std::vector<Cursor> FileLedger::cursors(std::string_view host_id) {
  if (!has_bytes(path_)) return {};
  // The file is as long as its committed part, or longer: enough to tell whether it was cut back.
  const FileImage image(path_);
  struct stat status;
  if (stat(path_.c_str(), &status) != 0) return {};
  return cursors_of(cursors_.read(image.header(), status.st_size), host_id);
}

void FileLedger::with_lock(std::string_view name, const std::function<void()>& fn) {
  if (has_bytes(path_)) {
    const FileImage refuses_newer(path_);
  }
  make_directories(directory_);
  locks_.with_lock(name, fn);
}

int64_t FileLedger::prune_content(const ContentPrune& prune) {
  const Writing writing(*this);
  FileImage& image = current_image();
  const RewrittenLedger rewritten = prune_ledger(image, prune);
  if (prune.dry_run) return rewritten.removed;
  replace(rewritten.text);
  return rewritten.removed;
}

void FileLedger::discard_replaced() {
  const Writing writing(*this);
  replace(without_replaced(current_image()));
}

// The cursors tell by its length that the ledger is still the one they belong to.
void FileLedger::replace(const std::string& text) {
  const LedgerHeader header = image_->header();
  const std::vector<FileCursors::Entry> entries = cursors_.read(header, image_->committed());
  replace_file(path_, text, true);
  image_.reset();
  cursors_.write(header, static_cast<int64_t>(text.size()), entries);
}

}  // namespace relayburn
