#include "core/report/facts/activities.h"

#include <algorithm>
#include <array>

#include "core/records/activity.h"
#include "core/records/described.h"
#include "core/records/keys.h"
#include "core/report/facts/prompts.h"
#include "core/report/facts/turn_calls.h"

namespace relayburn {
namespace {

constexpr std::array<std::string_view, 19> kActivities = {
    "conversation", "delegation",    "planning",  "debugging",    "docs",
    "refactoring",  "feature",       "coding",    "testing",      "review",
    "git",          "deps",          "format",    "verification", "build-deploy",
    "exploration",  "brainstorming", "reasoning", "other"};

struct Words {
  KeywordBit bit;
  std::string_view activity;
};
constexpr Words kDebug{kDebugWords, "debugging"};
constexpr Words kReview{kReviewWords, "review"};
constexpr Words kRefactor{kRefactorWords, "refactoring"};
constexpr Words kFeature{kFeatureWords, "feature"};
constexpr Words kBrainstorm{kBrainstormWords, "brainstorming"};
constexpr Words kPlan{kPlanningWords, "planning"};

std::string_view first_of(std::initializer_list<Words> sets, int64_t keywords,
                          std::string_view otherwise) {
  for (const Words& words : sets)
    if (keywords & words.bit) return words.activity;
  return otherwise;
}

std::string_view activity_of_edits(const CallSummary& calls, int64_t keywords) {
  if (calls.has_failed || calls.retries >= 2) return "debugging";
  if (calls.edits_only_documents) return "docs";
  return first_of({kDebug, kRefactor, kFeature}, keywords, "coding");
}

// The ladder: the first rung that holds.
std::string_view activity_of(const CallSummary& calls, int64_t keywords, bool has_reasoning) {
  if (calls.delegates) return "delegation";
  if (calls.plans) return "planning";
  if (calls.edits) return activity_of_edits(calls, keywords);
  if (calls.has_failed) return "debugging";
  if (!calls.family.empty()) return calls.family;
  if (calls.has_calls)
    return first_of({kDebug, kReview, kRefactor, kFeature}, keywords, "exploration");
  return first_of({kDebug, kReview, kRefactor, kFeature, kBrainstorm, kPlan}, keywords,
                  has_reasoning ? "reasoning" : "conversation");
}

uint8_t number_of(std::string_view activity) {
  const auto found = std::find(kActivities.begin(), kActivities.end(), activity);
  return static_cast<uint8_t>(found - kActivities.begin());
}

// A line that brought results stands between the turn that made the calls and the next one; its
// own parent is not kept, but that of the turn is.
struct ResultLine {
  Key node;
  Key turn;
};

template <class Record, class Sink>
void scan_records(Snapshot& snapshot, const Sink& sink) {
  snapshot.scan(Described<Record>::kind, {}, [&](Row row) {
    const Record record = from_row<Record>(row);
    if (!record.is_void) sink(record);
  });
}

template <class Record>
size_t count_of(Snapshot& snapshot) {
  return static_cast<size_t>(snapshot.count(Described<Record>::kind));
}

struct TurnPlace {
  Key turn;
  Key parent;
};

void add_result_lines(Prompts& prompts, const std::vector<ResultLine>& results,
                      const std::vector<TurnPlace>& turns) {
  for (const ResultLine& result : results) {
    const auto place = std::lower_bound(
        turns.begin(), turns.end(), result.turn,
        [](const TurnPlace& known, const Key& wanted) { return known.turn < wanted; });
    if (place != turns.end() && place->turn == result.turn)
      prompts.add_line(result.node, place->parent);
  }
}

std::vector<ResultLine> load_calls(Snapshot& snapshot, TurnCalls& calls) {
  calls.reserve(count_of<ToolCall>(snapshot));
  scan_records<ToolCall>(snapshot, [&](const ToolCall& call) { calls.add(call); });
  calls.index_by_use();
  std::vector<ResultLine> results;
  results.reserve(count_of<ToolResult>(snapshot));
  scan_records<ToolResult>(snapshot, [&](const ToolResult& result) {
    const Key turn = calls.note(result);
    if (turn != Key{} && result.message_id)
      results.push_back({line_node(result, result.message_id), turn});
  });
  calls.index_by_turn();
  return results;
}

void load_prompts(Snapshot& snapshot, const std::vector<ResultLine>& results, Prompts& prompts) {
  prompts.reserve(count_of<UserTurn>(snapshot) + count_of<Turn>(snapshot) + results.size());
  scan_records<UserTurn>(snapshot, [&](const UserTurn& turn) { prompts.add_user_turn(turn); });
  std::vector<TurnPlace> turns;  // ascending, as a scan gives them
  turns.reserve(count_of<Turn>(snapshot));
  scan_records<Turn>(snapshot, [&](const Turn& turn) {
    turns.push_back({turn.id, line_node(turn, turn.parent_uuid)});
    prompts.add_line(line_node(turn, turn.uuid), turns.back().parent);
  });
  add_result_lines(prompts, results, turns);
  prompts.index();
}

}  // namespace

std::set<std::string, std::less<>> activity_names() {
  return {kActivities.begin(), kActivities.end()};
}

void Activities::load(Snapshot& snapshot) {
  TurnCalls calls;
  const std::vector<ResultLine> results = load_calls(snapshot, calls);
  Prompts prompts;
  load_prompts(snapshot, results, prompts);
  entries_.reserve(count_of<Turn>(snapshot));
  scan_records<Turn>(snapshot, [&](const Turn& turn) {
    const int64_t keywords = turn.keywords | prompts.keywords_for(turn);
    entries_.push_back(
        {turn.id, number_of(activity_of(calls.of(turn.id), keywords, turn.reasoning > 0))});
  });
}

std::string_view Activities::of(const Key& turn) const {
  const auto found =
      std::lower_bound(entries_.begin(), entries_.end(), turn,
                       [](const Entry& entry, const Key& wanted) { return entry.turn < wanted; });
  return kActivities[found != entries_.end() && found->turn == turn ? found->activity : 0];
}

}  // namespace relayburn
