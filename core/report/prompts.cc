#include "core/report/prompts.h"

#include <algorithm>

#include "core/records/keys.h"

namespace relayburn {
namespace {

// The main thread, or one agent; those of old logs have no id.
Key agent_thread(const RecordHead& head, OptText agent_id, bool is_sidechain) {
  return key_of({head.source, head.session_id, agent_id, is_sidechain ? "sidechain" : "main"});
}

Key session_thread(const RecordHead& head) { return key_of({head.source, head.session_id}); }

}  // namespace

Key line_node(const RecordHead& head, OptText uuid) {
  return uuid ? key_of({head.source, head.session_id, uuid}) : Key{};
}

void Prompts::add_user_turn(const UserTurn& turn) {
  const bool is_prompt = !turn.is_meta && !turn.is_compact_summary;
  if (turn.uuid)
    lines_.push_back(
        {line_node(turn, turn.uuid), line_node(turn, turn.parent_uuid), turn.keywords, is_prompt});
  if (!is_prompt || !turn.ts) return;
  for (const Key& thread :
       {agent_thread(turn, turn.agent_id, turn.is_sidechain), session_thread(turn)})
    by_time_.push_back({thread, *turn.ts, turn.keywords});
}

void Prompts::add_line(const Key& node, const Key& parent) {
  if (node != Key{}) lines_.push_back({node, parent});
}

void Prompts::index() {
  std::sort(lines_.begin(), lines_.end(), [](const Line& a, const Line& b) {
    if (a.node != b.node) return a.node < b.node;
    if (a.is_prompt != b.is_prompt) return a.is_prompt;
    return a.parent < b.parent;
  });
  // Codex gives all prompts of a task one name.
  size_t kept = 0;
  for (size_t i = 0; i < lines_.size(); ++i) {
    if (kept > 0 && lines_[kept - 1].node == lines_[i].node) {
      if (lines_[i].is_prompt) lines_[kept - 1].keywords |= lines_[i].keywords;
    } else {
      lines_[kept++] = lines_[i];
    }
  }
  lines_.resize(kept);
  std::sort(by_time_.begin(), by_time_.end(), [](const TimedPrompt& a, const TimedPrompt& b) {
    if (a.thread != b.thread) return a.thread < b.thread;
    return a.ts != b.ts ? a.ts < b.ts : a.keywords < b.keywords;
  });
}

int64_t Prompts::keywords_for(const Turn& turn) {
  std::optional<int64_t> keywords = ask_ancestors(line_node(turn, turn.parent_uuid));
  if (!keywords && turn.ts)
    keywords = last_before(agent_thread(turn, turn.agent_id, turn.is_sidechain), *turn.ts);
  if (!keywords && turn.ts) keywords = last_before(session_thread(turn), *turn.ts);
  return keywords.value_or(0);
}

Prompts::Line* Prompts::find(const Key& node) {
  const auto found =
      std::lower_bound(lines_.begin(), lines_.end(), node,
                       [](const Line& line, const Key& wanted) { return line.node < wanted; });
  return found != lines_.end() && found->node == node ? &*found : nullptr;
}

// Every line is passed once: what it found stays with it. A circle finds nothing.
std::optional<int64_t> Prompts::ask_ancestors(Key node) {
  asked_.clear();
  std::optional<int64_t> answer;
  for (Line* line = find(node); line != nullptr; line = find(line->parent)) {
    if (line->is_answered || line->is_prompt) {
      answer = line->is_prompt ? std::optional(line->keywords) : line->answer;
      break;
    }
    line->is_answered = true;
    asked_.push_back(line);
  }
  for (Line* line : asked_) line->answer = answer;
  return answer;
}

std::optional<int64_t> Prompts::last_before(const Key& thread, Instant ts) const {
  const auto behind = std::upper_bound(by_time_.begin(), by_time_.end(), std::pair(thread, ts),
                                       [](const auto& wanted, const TimedPrompt& prompt) {
                                         return wanted.first != prompt.thread
                                                    ? wanted.first < prompt.thread
                                                    : wanted.second < prompt.ts;
                                       });
  if (behind == by_time_.begin() || std::prev(behind)->thread != thread) return std::nullopt;
  return std::prev(behind)->keywords;
}

}  // namespace relayburn
