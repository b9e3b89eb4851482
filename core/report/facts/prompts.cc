#include "core/report/facts/prompts.h"

#include <algorithm>

#include "core/records/activity.h"
#include "core/records/keys.h"

namespace relayburn {
namespace {

// The main thread, or one agent; those of old logs have no id.
Key agent_thread(const RecordHead& head, OptText agent_id, bool is_sidechain) {
  return key_of({head.source, head.session_id, agent_id, is_sidechain ? "sidechain" : "main"});
}

constexpr int64_t kAllKeywords = 2 * kPlanningWords - 1;

Key session_thread(const RecordHead& head) { return key_of({head.source, head.session_id}); }

}  // namespace

Key line_node(const RecordHead& head, OptText uuid) {
  return uuid ? key_of({head.source, head.session_id, uuid}) : Key{};
}

void Prompts::add_user_turn(const UserTurn& turn) {
  const bool is_prompt = !turn.is_meta && !turn.is_compact_summary;
  const auto keywords = static_cast<uint8_t>(turn.keywords & kAllKeywords);
  if (turn.uuid)
    lines_.push_back(
        {line_node(turn, turn.uuid), line_node(turn, turn.parent_uuid), keywords, is_prompt});
  if (!is_prompt || !turn.ts) return;
  for (const Key& thread :
       {agent_thread(turn, turn.agent_id, turn.is_sidechain), session_thread(turn)})
    by_time_.push_back({thread, *turn.ts, keywords});
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

unsigned Prompts::keywords_for(const Turn& turn) {
  int8_t keywords = ask_ancestors(line_node(turn, turn.parent_uuid));
  if (keywords == kNone && turn.ts)
    keywords = last_before(agent_thread(turn, turn.agent_id, turn.is_sidechain), *turn.ts);
  if (keywords == kNone && turn.ts) keywords = last_before(session_thread(turn), *turn.ts);
  return keywords == kNone ? 0 : static_cast<unsigned>(keywords);
}

Prompts::Line* Prompts::find(const Key& node) {
  const auto found =
      std::lower_bound(lines_.begin(), lines_.end(), node,
                       [](const Line& line, const Key& wanted) { return line.node < wanted; });
  return found != lines_.end() && found->node == node ? &*found : nullptr;
}

// Every line is passed once: what it found stays with it. A circle finds nothing.
int8_t Prompts::ask_ancestors(const Key& node) {
  asked_.clear();
  int8_t answer = kNone;
  for (Line* line = find(node); line != nullptr; line = find(line->parent)) {
    if (line->is_answered || line->is_prompt) {
      answer = line->is_prompt ? static_cast<int8_t>(line->keywords) : line->answer;
      break;
    }
    line->is_answered = true;
    asked_.push_back(line);
  }
  for (Line* line : asked_) line->answer = answer;
  return answer;
}

int8_t Prompts::last_before(const Key& thread, Instant ts) const {
  const auto behind = std::upper_bound(by_time_.begin(), by_time_.end(), std::pair(thread, ts),
                                       [](const auto& wanted, const TimedPrompt& prompt) {
                                         return wanted.first != prompt.thread
                                                    ? wanted.first < prompt.thread
                                                    : wanted.second < prompt.ts;
                                       });
  if (behind == by_time_.begin() || std::prev(behind)->thread != thread) return kNone;
  return static_cast<int8_t>(std::prev(behind)->keywords);
}

}  // namespace relayburn
