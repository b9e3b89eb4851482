#include "plugins/file/file_prune.h"

#include <fcntl.h>

#include <map>
#include <unordered_set>

#include "core/base/sha256.h"
#include "core/records/described.h"

namespace relayburn {
namespace {

std::string hash_of(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hex_digest(hash.finish());
}

// A new file, line by line. Each commit line continues the chain of seals.
class NewText {
 public:
  explicit NewText(const std::string& ledger_id) {
    add_sealed(header_line({kFileVersion, ledger_id, {}}));
  }

  void add_line(std::string_view line) {
    text_ += line;
    text_ += '\n';
  }

  void end_batch(CommitLine commit) {
    const std::string_view batch = std::string_view(text_).substr(batch_begin_);
    commit.previous = seal_;
    commit.bytes = static_cast<int64_t>(batch.size());
    commit.sha256 = hash_of(batch);
    add_sealed(commit_line(commit));
  }

  std::string take() { return std::move(text_); }

 private:
  void add_sealed(const std::string& line) {
    text_ += line;
    seal_ = seal_of(std::string_view(line).substr(0, line.size() - 1)).value();
    batch_begin_ = text_.size();
  }

  std::string text_;
  std::string seal_;
  size_t batch_begin_ = 0;
};

using SessionName = std::pair<std::string, std::string>;

// Decides, once a session, what stays.
class Selection {
 public:
  explicit Selection(const ContentPrune& prune) : prune_(prune) {}

  bool removes(const Content& content) {
    if (!content.ts || *content.ts >= prune_.cutoff) return false;
    const SessionName session(content.source.value_or(""), content.session_id.value_or(""));
    const auto [place, is_new] = is_kept_.try_emplace(session, false);
    if (is_new) place->second = prune_.keep && prune_.keep(session.first, session.second);
    return !place->second;
  }

  PruneLine line() const {
    PruneLine line{prune_.cutoff.us, {}};
    for (const auto& [session, is_kept] : is_kept_)
      if (is_kept) line.kept.insert(session);
    return line;
  }

 private:
  const ContentPrune& prune_;
  std::map<SessionName, bool> is_kept_;
};

// Keeps the records that `stays` accepts, which gets the head and the offset. What the image read
// is proven again: a bit that flipped since must not get a new seal.
template <class Stays>
NewText rewrite(FileImage& image, const Stays& stays) {
  LineBuffer buffer;
  const FileHandle file = FileHandle::open(image.path(), O_RDONLY);
  LineReader lines(file, image.path(), 0, image.committed(), buffer);
  Line line;
  lines.next(line);
  NewText text(image.header().ledger_id);
  Sha256 hash;
  while (lines.next(line)) {
    if (is_commit_line(line.text)) {
      const std::optional<CommitLine> commit = parse_commit_line(line.text);
      if (!commit || commit->sha256 != hex_digest(hash.finish()))
        throw Error(ErrorKind::Corrupt, image.path() + ": the batch before byte " +
                                            std::to_string(line.end()) +
                                            " changed while it was read");
      text.end_batch(*commit);
      continue;
    }
    hash.update({line.text.data(), line.text.size() + 1});
    const auto head = parse_record_head(line.text);
    if (!head || stays(*head, line.offset)) text.add_line(line.text);
  }
  return text;
}

}  // namespace

RewrittenLedger prune_ledger(FileImage& image, const ContentPrune& prune) {
  Selection selection(prune);
  RewrittenLedger rewritten;
  std::unordered_set<Key, KeyHash> removed;
  Arena arena;
  for (const RecordPlace& place : image.index(Kind::Content).entries()) {
    arena.clear();
    if (selection.removes(from_row<Content>(image.read(place, arena)))) removed.insert(place.id);
  }
  rewritten.removed = static_cast<int64_t>(removed.size());
  if (prune.dry_run) return rewritten;

  NewText text = rewrite(image, [&](const RecordHeadLine& head, int64_t) {
    return head.kind != Kind::Content || !removed.contains(head.id);
  });
  // A later cutoff, and what it kept, is not taken back by an earlier one.
  const std::string line =
      prune_line(prune.cutoff.us < image.pruned().cutoff_us ? image.pruned() : selection.line());
  text.add_line(std::string_view(line).substr(0, line.size() - 1));
  text.end_batch({});
  rewritten.text = text.take();
  return rewritten;
}

std::string in_current_version(FileImage& image) {
  return rewrite(image, [](const RecordHeadLine&, int64_t) { return true; }).take();
}

std::string without_replaced(FileImage& image) {
  return rewrite(image,
                 [&](const RecordHeadLine& head, int64_t offset) {
                   const RecordPlace* place = image.index(head.kind).find(head.id);
                   return place == nullptr || place->offset == offset;
                 })
      .take();
}

}  // namespace relayburn
