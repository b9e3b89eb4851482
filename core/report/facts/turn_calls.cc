#include "core/report/facts/turn_calls.h"

#include <algorithm>
#include <array>

#include "core/records/activity.h"
#include "core/records/keys.h"

namespace relayburn {
namespace {

constexpr std::array<std::string_view, 8> kFamilies = {
    "", "testing", "review", "git", "deps", "format", "verification", "build-deploy"};

uint8_t family_number(OptText family) {
  const auto found = std::find(kFamilies.begin(), kFamilies.end(), family.value_or(""));
  return found == kFamilies.end() ? uint8_t{0} : static_cast<uint8_t>(found - kFamilies.begin());
}

template <size_t n>
bool is_among(std::string_view name, const std::array<std::string_view, n>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

// The names that each agent gives to its tools; no two agents mean different things by one.
TurnCalls::Tool TurnCalls::tool_of(std::string_view name) {
  constexpr std::array<std::string_view, 10> kEdit = {
      "Edit",       "Write", "NotebookEdit", "MultiEdit", "apply_patch",
      "write_file", "edit",  "write",        "multiedit", "patch"};
  constexpr std::array<std::string_view, 9> kCommand = {
      "Bash",         "exec_command", "shell", "local_shell",   "shell_command",
      "unified_exec", "write_stdin",  "bash",  "container.exec"};
  constexpr std::array<std::string_view, 9> kDelegate = {
      "Agent",       "Task",         "spawn_agent", "send_input", "wait_agent",
      "close_agent", "resume_agent", "task",        "subagent"};
  constexpr std::array<std::string_view, 2> kPlan = {"ExitPlanMode", "update_plan"};
  if (is_among(name, kEdit)) return Tool::Edit;
  if (is_among(name, kCommand)) return Tool::Command;
  if (is_among(name, kDelegate)) return Tool::Delegate;
  return is_among(name, kPlan) ? Tool::Plan : Tool::Other;
}

void TurnCalls::add(const ToolCall& call) {
  Call fact;
  fact.turn = turn_key(call.source, call.session_id, call.message_id);
  fact.use = key_of({call.source, call.session_id, call.tool_use_id});
  fact.ts_us = call.ts ? call.ts->us : INT64_MAX;
  fact.tool = tool_of(call.name);
  fact.family = fact.tool == Tool::Command ? family_number(call.family) : uint8_t{0};
  fact.is_document = call.file_path && is_documentation_path(*call.file_path);
  calls_.push_back(fact);
}

void TurnCalls::index_by_use() {
  std::sort(calls_.begin(), calls_.end(), [](const Call& a, const Call& b) {
    return a.use != b.use ? a.use < b.use : a.turn < b.turn;
  });
}

Key TurnCalls::note(const ToolResult& result) {
  const Key use = key_of({result.source, result.session_id, result.tool_use_id});
  const auto first =
      std::lower_bound(calls_.begin(), calls_.end(), use,
                       [](const Call& call, const Key& wanted) { return call.use < wanted; });
  if (first == calls_.end() || first->use != use) return {};
  for (auto call = first; call != calls_.end() && call->use == use; ++call)
    call->has_failed |= result.status == "errored";
  return first->turn;
}

void TurnCalls::index_by_turn() {
  std::sort(calls_.begin(), calls_.end(), [](const Call& a, const Call& b) {
    if (a.turn != b.turn) return a.turn < b.turn;
    return a.ts_us != b.ts_us ? a.ts_us < b.ts_us : a.use < b.use;
  });
}

CallSummary TurnCalls::of(const Key& turn) const {
  CallSummary summary;
  summary.edits_only_documents = true;
  bool ran_command = false;  // since the last edit that counts
  auto call = std::lower_bound(calls_.begin(), calls_.end(), turn,
                               [](const Call& c, const Key& wanted) { return c.turn < wanted; });
  for (; call != calls_.end() && call->turn == turn; ++call) {
    summary.has_calls = true;
    summary.has_failed |= call->has_failed;
    summary.delegates |= call->tool == Tool::Delegate;
    summary.plans |= call->tool == Tool::Plan;
    if (summary.family.empty()) summary.family = kFamilies[call->family];
    if (call->tool == Tool::Edit) {
      if (ran_command) ++summary.retries;
      ran_command = false;
      summary.edits = true;
      summary.edits_only_documents &= call->is_document;
    } else if (call->tool == Tool::Command && summary.edits) {
      ran_command = true;
    }
  }
  return summary;
}

}  // namespace relayburn
