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

// A reader holds no lock and can meet a writer that cuts off a torn tail and writes there again. So
// what looks damaged is read once more.
template <class Read>
auto read_twice_if_corrupt(const Read& read) {
  try {
    return read();
  } catch (const Error& error) {
    if (error.kind != ErrorKind::Corrupt) throw;
  }
  return read();
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
      locks_(context.location + "/lock-"),
      log_(context.log) {}

StoreInfo FileLedger::info() {
  StoreInfo info;
  info.location = path_;
  info.newest_version = kFileVersion;
  info.file_system = file_system_type(path_);
  info.is_on_network = is_on_network_file_system(path_);
  if (!has_bytes(path_)) return info;
  const int64_t version = read_header(FileHandle::open(path_, O_RDONLY), path_).first.version;
  info.schema_version = version;
  info.schema = version < kFileVersion ? SchemaState::Behind : SchemaState::Current;
  return info;
}

MigrationResult FileLedger::migrate() {
  make_directories(directory_);
  const Writing writing(*this);
  MigrationResult result;
  result.to_version = kFileVersion;
  if (!has_bytes(path_)) {
    replace_file(path_, header_line({kFileVersion, random_id(), {}}), true);
    return result;
  }
  result.from_version = FileImage(path_).header().version;
  if (result.from_version < kFileVersion) present();
  return result;
}

FileLedger::Present FileLedger::present() {
  FileCursors::Stored stored = cursors_.load();
  FileImage* image = &newest_image(stored);
  if (image->torn_end() > image->committed()) set_torn_tail_aside();
  if (image->header().version < kFileVersion) {
    const LedgerHeader header = image->header();
    replace(in_current_version(*image),
            cursors_.entries_for(std::move(stored), header, image->committed()));
    stored = cursors_.load();
    image = &newest_image(stored);
  }
  sync_present();
  return {*image, cursors_as_of(*image, std::move(stored))};
}

// Makes the cursors name the committed length. They lag if a writer was killed before it wrote
// them. If they name more, an older copy of the ledger was put back; they would take its next torn
// write for a committed one, so the correction must reach the disk.
std::vector<FileCursors::Entry> FileLedger::cursors_as_of(const FileImage& image,
                                                          FileCursors::Stored stored) const {
  const LedgerHeader& header = image.header();
  const int64_t proven = FileCursors::proven_length(stored, header);
  std::vector<FileCursors::Entry> entries =
      cursors_.entries_for(std::move(stored), header, image.committed());
  if (proven != image.committed())
    cursors_.write(header, image.committed(), entries,
                   proven > image.committed() ? FileCursors::Sync::Yes : FileCursors::Sync::No);
  return entries;
}

FileImage& FileLedger::newest_image(const FileCursors::Stored& stored) {
  if (image_ && image_->is_replaced()) image_.reset();
  if (!image_) {
    image_.emplace(path_);
    synced_ = 0;
  }
  image_->refresh(FileCursors::proven_length(stored, image_->header()));
  return *image_;
}

// A writer that was killed may have left a whole batch that is not on disk yet. Once the next batch
// follows it, nobody could tell that from damage.
void FileLedger::sync_present() {
  if (synced_ == image_->committed()) return;
  sync_file(FileHandle::open(path_, O_RDONLY), path_);
  synced_ = image_->committed();
}

void FileLedger::set_torn_tail_aside() {
  const int64_t size = image_->torn_end() - image_->committed();
  const std::string where = set_aside_tail(path_, image_->committed());
  log_->write(LogLevel::Warning, path_ + ": a write of " + std::to_string(size) +
                                     " bytes was cut short by a crash; they were moved to " +
                                     where + ", and what the logs hold of them is read again");
}

Tallies FileLedger::append(const Batch& batch) {
  const Writing writing(*this);
  auto [image, entries] = present();
  const bool is_counted = !batch.run.run_id.empty();
  const auto run = image.runs().find(batch.run.run_id);
  if (is_counted && run != image.runs().end() && run->second.last_batch >= batch.run.batch_number)
    return run->second.last;
  require_confirmed_batches(batch.run, run == image.runs().end() ? 0 : run->second.last_batch,
                            "file ledger " + path_);
  if (!batch.cursors.empty())
    require_continued_cursors(batch, cursors_of(entries, batch.run.host_id),
                              "file ledger " + path_);
  synced_ = 0;  // until this batch is, or what is left of it was cut off
  CommitLine commit;
  commit.run = batch.run;
  commit.previous = image.seal();
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
  synced_ = image.committed();
  // Also without cursors of its own: they prove that this batch reached the disk.
  if (tail || !batch.cursors.empty()) {
    put_cursors(entries, batch.run.host_id, batch.cursors);
    cursors_.write(image.header(), image.committed(), entries);
  }
  return commit.tallies;
}

std::unique_ptr<Snapshot> FileLedger::snapshot() {
  if (!has_bytes(path_)) return std::make_unique<EmptySnapshot>();
  FileImage image = read_twice_if_corrupt([this] { return read_image(); });
  if (image.is_commit_torn())
    log_->write(LogLevel::Warning, path_ + ": the batch at its end, from byte " +
                                       std::to_string(image.committed()) +
                                       ", was cut short by a crash and is not counted");
  return std::make_unique<FileSnapshot>(std::move(image));
}

std::vector<Cursor> FileLedger::cursors(std::string_view host_id) {
  if (!has_bytes(path_)) return {};
  return cursors_of(read_twice_if_corrupt([this] { return read_cursors(); }), host_id);
}

// The cursors are read before the length of the file, so that a writer at work cannot prove more
// than the file held when it was measured.
FileImage FileLedger::read_image() const {
  FileImage image(path_);
  image.refresh(FileCursors::proven_length(cursors_.load(), image.header()));
  return image;
}

// append() believes the cursors by the same rule. Most runs find nothing new, so a file that nobody
// has written to since its cursors is not read again.
std::vector<FileCursors::Entry> FileLedger::read_cursors() const {
  FileImage image(path_);
  FileCursors::Stored stored = cursors_.load();
  if (cursors_.is_ledger_unchanged(stored)) {
    const int64_t length = stored.length;
    return cursors_.entries_for(std::move(stored), image.header(), length);
  }
  image.refresh(FileCursors::proven_length(stored, image.header()));
  return cursors_.entries_for(std::move(stored), image.header(), image.committed());
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
  if (prune.dry_run) {
    FileImage image = read_image();
    return prune_ledger(image, prune).removed;
  }
  const Present now = present();
  const RewrittenLedger rewritten = prune_ledger(now.image, prune);
  replace(rewritten.text, now.cursors);
  erase_set_aside_files(SetAside::WithContent);
  return rewritten.removed;
}

void FileLedger::vacuum_superseded() {
  const Writing writing(*this);
  const Present now = present();
  replace(without_replaced(now.image), now.cursors);
  erase_set_aside_files(SetAside::All);
}

// The cursors name the ledger's length. Both are synced: cursors of the longer file before would
// take the next torn write for a committed one.
void FileLedger::replace(const std::string& text, const std::vector<FileCursors::Entry>& cursors) {
  const LedgerHeader header = image_->header();
  replace_file(path_, text, true);
  image_.reset();
  cursors_.write(header, static_cast<int64_t>(text.size()), cursors, FileCursors::Sync::Yes);
}

void FileLedger::erase_set_aside_files(SetAside which) {
  for (const std::string& path : erase_set_aside(path_, which))
    log_->write(LogLevel::Warning,
                path + " was deleted: it held a copy of what must not be kept any longer");
}

}  // namespace relayburn
