#include "core/sources/claude/claude_markers.h"

#include <algorithm>
#include <string>

#include "core/base/uuid.h"

namespace relayburn {
namespace {

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string_view take_token(std::string_view& text) {
  constexpr std::string_view blank = " \t\r\n";
  text.remove_prefix(std::min(text.find_first_not_of(blank), text.size()));
  const std::string_view token = text.substr(0, text.find_first_of(blank));
  text.remove_prefix(token.size());
  return token;
}

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
}

std::string_view normalised_status(std::string_view status) {
  std::string word;
  for (const char c : status)
    word += c == '-' || c == ' ' ? '_' : c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  if (is_one_of(word, {"completed", "complete", "success", "succeeded", "done"}))
    return "completed";
  if (is_one_of(word, {"error", "errored", "failed", "failure"})) return "errored";
  if (is_one_of(word, {"running", "in_progress", "queued", "pending", "started"})) return "running";
  if (is_one_of(word, {"cancelled", "canceled", "aborted"})) return "cancelled";
  return "unknown";
}

}  // namespace

ResumeMarker resume_marker(std::string_view text) {
  ResumeMarker marker;
  const std::string_view command = take_token(text);
  marker.is_present =
      equals_ignoring_case(command, "/resume") || equals_ignoring_case(command, "/continue");
  const std::string_view target = take_token(text);
  if (is_uuid(target)) marker.target = target;
  return marker;
}

std::string_view notification_status(const ClaudeLine& line) {
  if (line.is_error == true) return "errored";
  if (line.status) return normalised_status(*line.status);
  if (line.is_success) return *line.is_success ? "completed" : "errored";
  return "unknown";
}

}  // namespace relayburn
