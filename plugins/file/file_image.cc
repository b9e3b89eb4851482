#include "plugins/file/file_image.h"

#include <fcntl.h>

#include <algorithm>
#include <tuple>

#include "core/base/sha256.h"
#include "plugins/file/unread_tail.h"

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

std::pair<LedgerHeader, int64_t> read_header(const FileHandle& file, const std::string& path) {
  LineBuffer buffer;
  LineReader lines(file, path, 0, file.status(path).st_size, buffer);
  Line line;
  const bool is_line = lines.next(line) && line.is_ended;
  return {parse_header_line(is_line ? line.text : std::string_view(), path), line.end()};
}

FileImage::FileImage(std::string path)
    : path_(std::move(path)),
      file_(FileHandle::open(path_, O_RDONLY)),
      reader_(std::make_unique<RecordJsonReader>()) {
  std::tie(header_, committed_) = read_header(file_, path_);
  if (header_.version > kFileVersion)
    throw Error(ErrorKind::SchemaTooNew,
                path_ + " has version " + std::to_string(header_.version) +
                    ", this relayburn knows versions up to " + std::to_string(kFileVersion),
                "install the newer relayburn that wrote it");
  seal_ = header_.seal;
}

bool FileImage::is_replaced() const {
  struct stat named;
  if (stat(path_.c_str(), &named) != 0) return true;
  const struct stat ours = file_.status(path_);
  return named.st_ino != ours.st_ino || named.st_dev != ours.st_dev;
}

void FileImage::refresh(int64_t proven_length) {
  torn_end_ = 0;
  is_commit_torn_ = false;
  const int64_t end = file_.status(path_).st_size;
  LineReader lines(file_, path_, committed_, end, buffer_);
  Sha256 hash;
  Pending pending;
  Line line;
  UnreadTail tail;
  while (lines.next(line) && line.is_ended) {
    if (!is_commit_line(line.text)) {
      hash.update({line.text.data(), line.text.size() + 1});
      take_line(line, pending);
      continue;
    }
    const std::optional<CommitLine> read = parse_commit_line(line.text);
    tail.problem = problem_of(line, read, pending, hex_digest(hash.finish()));
    tail.commit_end = line.end();
    if (!tail.problem.empty()) break;
    commit(pending, *read, line.end());
    pending = {};
  }
  // A writer cut the file meanwhile: what was read after the last commit is gone.
  if (committed_ == end || lines.is_short()) return;
  tail.begin = committed_;
  tail.end = end;
  require_torn_write(file_, path_, tail, proven_length);
  torn_end_ = end;
  is_commit_torn_ = !tail.problem.empty();
}

std::string FileImage::problem_of(const Line& line, const std::optional<CommitLine>& commit,
                                  const Pending& pending, const std::string& hash) const {
  const bool has_seals = header_.version >= 2;
  const auto at = [](int64_t offset) { return "byte " + std::to_string(offset); };
  if (!commit || (has_seals && commit->seal.empty()))
    return at(line.offset) + " begins a damaged commit line";
  if (pending.bytes == commit->bytes && hash == commit->sha256) {
    if (!has_seals || commit->previous == seal_) return {};
    return at(committed_) + " begins a batch that does not follow the one before it";
  }
  if (pending.unknown_line >= 0) return at(pending.unknown_line) + " begins a damaged line";
  return "bytes " + std::to_string(committed_) + " to " + std::to_string(line.offset) +
         " are not the batch that was written there: its hash differs";
}

void FileImage::take_line(const Line& line, Pending& pending) {
  pending.bytes += line.end() - line.offset;
  if (is_prune_line(line.text)) {
    pending.prune = parse_prune_line(line.text);
  } else if (const auto head = parse_record_head(line.text)) {
    pending.records.push_back(
        {head->kind, {head->id, head->rank, line.offset, static_cast<int64_t>(line.text.size())}});
  } else if (pending.unknown_line < 0) {
    pending.unknown_line = line.offset;
  }
}

void FileImage::commit(const Pending& pending, const CommitLine& commit, int64_t end) {
  committed_ = end;
  seal_ = commit.seal;
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
