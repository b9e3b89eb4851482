#include "core/sources/claude/claude_hook.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/sources/json_object.h"

namespace relayburn {
namespace {

constexpr std::string_view kLogSuffix = ".jsonl";

std::string expanded(OptText path, const std::string& home) {
  const std::string text(path.value_or(""));
  return text.starts_with("~/") ? home + text.substr(1) : text;
}

}  // namespace

std::vector<std::string> claude_hook_logs(std::string_view input, const std::string& home) {
  std::string session, agent;
  JsonObjectReader reader;
  const bool is_read = reader.read_copy(input, [&](std::string_view key, JsonValue& value) {
    if (key == "transcript_path") session = expanded(value.text(), home);
    if (key == "agent_transcript_path") agent = expanded(value.text(), home);
  });
  if (!is_read)
    throw Error(ErrorKind::Usage, "standard input holds no JSON object",
                "--hook is for the hooks in Claude Code's settings.json");
  if (session.empty())
    throw Error(ErrorKind::Usage, "the hook's JSON object has no transcript_path");
  std::vector<std::string> logs = {session};
  if (session.ends_with(kLogSuffix)) {
    const std::string folder = session.substr(0, session.size() - kLogSuffix.size()) + "/subagents";
    if (exists(folder)) logs.push_back(folder);
  }
  if (!agent.empty() && exists(agent)) logs.push_back(agent);
  return logs;
}

}  // namespace relayburn
