#include "plugins/file/file_image.h"

#include <fcntl.h>

#include <algorithm>

#include "core/base/sha256.h"

namespace relayburn {
namespace {

constexpr int64_t kWindow = int64_t{64} << 10;

}  // namespace

std::vector<const RecordPlace*> by_key(const PlaceIndex& index) {
  std::vector<const RecordPlace*> sorted;
  sorted.reserve(index.entries().size());
  for (const RecordPlace& place : index.entries()) sorted.push_back(&place);
  std::sort(sorted.begin(), sorted.end(),
            [](const RecordPlace* a, const RecordPlace* b) { return a->id < b->id; });
  return sorted;
}

FileImage::FileImage(std::string path)
    : path_(std::move(path)),
      file_(FileHandle::open(path_, O_RDONLY)),
      reader_(std::make_unique<RecordJsonReader>()) {
  LineReader lines(file_, path_, 0, file_.status(path_).st_size, buffer_);
  Line line;
  std::optional<LedgerHeader> header;
  if (lines.next(line) && line.is_ended) header = parse_header_line(line.text);
  if (!header) throw Error(ErrorKind::Corrupt, path_ + " is no ledger of relayburn");
  if (header->version > kFileVersion)
    throw Error(ErrorKind::SchemaTooNew,
                path_ + " has version " + std::to_string(header->version) +
                    ", this relayburn knows versions up to " + std::to_string(kFileVersion),
                "install the newer relayburn that wrote it");
  header_ = *header;
  committed_ = line.end();
}

bool FileImage::is_replaced() const {
  struct stat named;
  if (stat(path_.c_str(), &named) != 0) return true;
  const struct stat ours = file_.status(path_);
  return named.st_ino != ours.st_ino || named.st_dev != ours.st_dev;
}

void FileImage::refresh() {
  const int64_t end = file_.status(path_).st_size;
  LineReader lines(file_, path_, committed_, end, buffer_);
  Sha256 hash;
  Pending pending;
  Line line;
  // A last line without newline was cut off by a crash.
  while (lines.next(line) && line.is_ended) {
    if (!is_commit_line(line.text)) {
      hash.update({line.text.data(), line.text.size() + 1});
      take_line(line, pending);
      continue;
    }
    const std::optional<CommitLine> read = parse_commit_line(line.text);
    if (!read || read->bytes != pending.bytes || read->sha256 != hex_digest(hash.finish())) {
      // At the end of the file a power cut explains it: the batch was never synced, so never
      // committed.
      if (line.end() == end) return;
      throw Error(ErrorKind::Corrupt, path_ + ": the batch that ends at byte " +
                                          std::to_string(line.end()) + " is not what was written");
    }
    commit(pending, *read, line.end());
    pending = {};
  }
}

void FileImage::take_line(const Line& line, Pending& pending) {
  pending.bytes += line.end() - line.offset;
  if (is_prune_line(line.text)) {
    pending.prune = parse_prune_line(line.text);
  } else if (const auto head = parse_record_head(line.text)) {
    pending.records.push_back(
        {head->kind, {head->id, head->rank, line.offset, static_cast<int64_t>(line.text.size())}});
  }
}

void FileImage::commit(const Pending& pending, const CommitLine& commit, int64_t end) {
  committed_ = end;
  for (const auto& [kind, place] : pending.records) take_record(kind, place);
  if (pending.prune && pending.prune->cutoff_us >= pruned_.cutoff_us) pruned_ = *pending.prune;
  if (commit.run.run_id.empty()) return;
  RunState& run = runs_[commit.run.run_id];
  run.host_id = commit.run.host_id;
  run.last_batch = commit.run.batch_number;
  run.last = commit.tallies;
  run.rejected += commit.run.rejected;
  run.unknown += commit.run.unknown;
  for (size_t i = 0; i < kKindCount; ++i) run.all[i] += commit.tallies[i];
}

void FileImage::take_record(Kind kind, const RecordPlace& place) {
  RecordPlace* present = index(kind).find(place.id);
  if (present == nullptr) return index(kind).insert(place);
  const bool is_tied = present->rank == place.rank;
  if (present->rank < place.rank || (is_tied && tie_at(kind, *present) < tie_at(kind, place)))
    *present = place;
}

int64_t FileImage::tie_at(Kind kind, const RecordPlace& place) {
  Arena arena;
  return tie_of(kind, read(place, arena));
}

// Who reads on near where the last record was gets a window of the file, not a call for each.
std::string_view FileImage::bytes_of(const RecordPlace& place) {
  const int64_t end = place.offset + place.size;
  if (place.offset < window_begin_ || end > window_end_) {
    const bool reads_on = place.offset >= window_begin_ && place.offset < window_end_ + kWindow;
    // Only what will never change.
    const int64_t most = std::max(place.size, std::min(kWindow, committed_ - place.offset));
    const int64_t size = reads_on ? most : place.size;
    window_.resize(static_cast<size_t>(size) + kJsonPadding);
    const size_t got =
        read_at(file_, window_.data(), static_cast<size_t>(size), place.offset, path_);
    window_begin_ = place.offset;
    window_end_ = place.offset + static_cast<int64_t>(got);
    if (end > window_end_) throw Error(ErrorKind::Corrupt, path_ + " has become shorter");
  }
  return {window_.data() + (place.offset - window_begin_), static_cast<size_t>(place.size)};
}

std::span<Cell> FileImage::read(const RecordPlace& place, Arena& arena) {
  Kind kind;
  std::span<Cell> cells;
  if (!reader_->read(bytes_of(place), arena, kind, cells))
    throw Error(ErrorKind::Corrupt,
                path_ + ": no whole record at byte " + std::to_string(place.offset));
  return cells;
}

bool FileImage::is_hidden(const Content& content) const {
  if (!content.ts || content.ts->us >= pruned_.cutoff_us) return false;
  return !pruned_.kept.contains(
      {std::string(content.source.value_or("")), std::string(content.session_id.value_or(""))});
}

}  // namespace relayburn
