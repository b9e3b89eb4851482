#include "core/sources/codex/codex_arguments.h"

#include <algorithm>

#include "core/base/canonical_json.h"
#include "core/base/json_number.h"
#include "core/base/json_writer.h"
#include "core/sources/record_writer.h"

namespace relayburn {
namespace {

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_shell(std::string_view tool) {
  return is_one_of(tool, {"shell", "exec_command", "shell_command", "local_shell", "unified_exec",
                          "container.exec"});
}

// What a shell was given: of `bash -lc SCRIPT` the script, else the words.
std::string command_of(const std::vector<std::string>& words) {
  if (words.size() == 3 && is_one_of(words[1], {"-lc", "-c"})) return words[2];
  std::string command;
  for (const std::string& word : words) command += (command.empty() ? "" : " ") + word;
  return command;
}

// Takes the first line off.
std::string_view take_line(std::string_view& text) {
  const size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// The file that the first header of a patch names.
std::string patched_file(std::string_view patch) {
  while (!patch.empty()) {
    const std::string_view line = take_line(patch);
    for (const std::string_view header :
         {"*** Update File: ", "*** Add File: ", "*** Delete File: "})
      if (line.starts_with(header)) return std::string(line.substr(header.size()));
  }
  return {};
}

class ArgumentReader {
 public:
  ArgumentReader(std::string_view tool, CodexArguments& arguments)
      : tool_(tool), arguments_(arguments) {}

  void member(std::string_view key, JsonValue& value) {
    if (is_shell(tool_) && is_one_of(key, {"cmd", "command"})) {
      arguments_.command = read_command(value);
    } else if (is_one_of(tool_, {"read_file", "write_file", "view_image"}) &&
               is_one_of(key, {"path", "file_path"})) {
      arguments_.file_path = value.text().value_or("");
    } else if (tool_ == "apply_patch" && is_one_of(key, {"input", "patch"})) {
      arguments_.file_path = patched_file(value.text().value_or(""));
    } else if (tool_ == "spawn_agent" && is_one_of(key, {"agent_type", "subagent_type", "type"})) {
      arguments_.agent_type = value.text().value_or("");
    }
  }

 private:
  static std::string read_command(JsonValue& value) {
    if (value.is_string()) return std::string(value.text().value_or(""));
    std::vector<std::string> words;
    value.elements([&](JsonValue& word) { words.emplace_back(word.text().value_or("")); });
    return command_of(words);
  }

  std::string_view tool_;
  CodexArguments& arguments_;
};

std::string custom_input(std::string_view input) {
  std::string json;
  JsonWriter(json).begin_object().key("input").string(input).end_object();
  return json;
}

bool is_other_than_0(std::string_view code) {
  code = code.substr(0, code.find_first_not_of("-0123456789"));
  return !code.empty() && parse_count(code) != 0;
}

// A command's exit code, in the lines before its output.
bool header_says_failure(std::string_view text) {
  constexpr int max_lines = 12;
  for (int i = 0; i < max_lines && !text.empty(); ++i) {
    const std::string_view line = take_line(text);
    if (line.starts_with("Output:")) return false;
    for (const std::string_view label : {"Process exited with code ", "Exit code: "})
      if (line.starts_with(label)) return is_other_than_0(line.substr(label.size()));
  }
  return false;
}

bool text_says_failure(std::string_view text) {
  return text.starts_with("apply_patch verification failed") || header_says_failure(text);
}

// {"output":"…","metadata":{"exit_code":1}}, {"content":"…","success":false}, {"agent_id":"…"}
void read_outcome_member(std::string_view key, JsonValue& value, CodexOutcome& outcome) {
  switch (tag(key)) {
    case tag("metadata"):
      value.members([&](std::string_view name, JsonValue& part) {
        if (name != "exit_code") return;
        const OptText code = part.token();
        if (code && parse_count(*code) != 0) outcome.is_error = true;
      });
      break;
    case tag("success"):
      if (value.flag() == false) outcome.is_error = true;
      break;
    case tag("content"):
      if (text_says_failure(value.text().value_or(""))) outcome.is_error = true;
      break;
    case tag("agent_id"):
    case tag("subagent_id"):
    case tag("session_id"):
      if (outcome.agent_id.empty()) outcome.agent_id = value.text().value_or("");
      break;
    default:
      break;
  }
}

// The first text of a list of content items.
std::string first_text(std::string_view raw_array, JsonObjectReader& reader) {
  std::string text;
  const std::string wrapped = "{\"items\":" + std::string(raw_array) + "}";
  reader.read_copy(wrapped, [&](std::string_view, JsonValue& items) {
    text.clear();
    items.elements([&](JsonValue& item) {
      const OptText found = item.member_text("text");
      if (text.empty()) text = found.value_or("");
    });
  });
  return text;
}

}  // namespace

CodexArguments read_arguments(const CodexItem& item, std::string_view tool,
                              JsonObjectReader& reader) {
  CodexArguments arguments;
  const CodexValue& value = item.arguments.text || item.arguments.json ? item.arguments
                            : item.action.json                         ? item.action
                                                                       : item.input;
  // `input` is free text, whatever it looks like; `arguments` are JSON inside a string.
  const bool is_input = &value == &item.input && value.text;
  const std::string raw = is_input ? custom_input(*value.text)
                                   : std::string(value.json.value_or(value.text.value_or("")));
  arguments.is_object = append_sorted_json(arguments.text, raw) && arguments.text.starts_with('{');
  if (!arguments.is_object) {
    arguments.text = raw;
    return arguments;
  }
  ArgumentReader members(tool, arguments);
  reader.read_copy(arguments.text,
                   [&](std::string_view key, JsonValue& member) { members.member(key, member); });
  return arguments;
}

CodexOutcome read_outcome(const CodexValue& output, JsonObjectReader& reader) {
  CodexOutcome outcome;
  const std::string_view text = output.text.value_or(output.json.value_or(""));
  if (text.starts_with('{')) {
    reader.read_copy(text, [&](std::string_view key, JsonValue& value) {
      read_outcome_member(key, value, outcome);
    });
  } else if (output.text) {
    outcome.is_error = text_says_failure(text);
  } else if (text.starts_with('[')) {
    outcome.is_error = text_says_failure(first_text(text, reader));
  }
  return outcome;
}

}  // namespace relayburn
