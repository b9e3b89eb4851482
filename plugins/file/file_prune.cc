#include "plugins/file/file_prune.h"

#include <algorithm>
#include <map>
#include <unordered_set>

#include "core/base/sha256.h"
#include "core/records/records.h"

namespace relayburn {
namespace {

void end_batch(std::string& text, size_t begin, CommitLine commit) {
  Sha256 hash;
  hash.update(std::string_view(text).substr(begin));
  commit.bytes = static_cast<int64_t>(text.size() - begin);
  commit.sha256 = hex_digest(hash.finish());
  text += commit_line(commit);
}

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

// Without the records that `stays` denies, of which it gets the head and the offset.
template <class Stays>
std::string rewrite(FileImage& image, const Stays& stays) {
  LineBuffer buffer;
  const FileHandle file = FileHandle::open(image.path(), 0);
  LineReader lines(file, image.path(), 0, image.committed(), buffer);
  Line line;
  lines.next(line);
  std::string text = std::string(line.text) + "\n";
  size_t begin = text.size();
  while (lines.next(line)) {
    if (is_commit_line(line.text)) {
      end_batch(text, begin, parse_commit_line(line.text).value_or(CommitLine{}));
      begin = text.size();
      continue;
    }
    const auto head = parse_record_head(line.text);
    if (head && !stays(*head, line.offset)) continue;
    text += line.text;
    text += '\n';
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

  rewritten.text = rewrite(image, [&](const RecordHeadLine& head, int64_t) {
    return head.kind != Kind::Content || !removed.contains(head.id);
  });
  const size_t begin = rewritten.text.size();
  // A later cutoff, and what it kept, is not taken back by an earlier one.
  rewritten.text +=
      prune_line(prune.cutoff.us < image.pruned().cutoff_us ? image.pruned() : selection.line());
  end_batch(rewritten.text, begin, CommitLine{});
  return rewritten;
}

std::string without_replaced(FileImage& image) {
  return rewrite(image, [&](const RecordHeadLine& head, int64_t offset) {
    const RecordPlace* place = image.index(head.kind).find(head.id);
    return place == nullptr || place->offset == offset;
  });
}

}  // namespace relayburn
