#include "core/sources/claude/session_directories.h"

#include <optional>

#include "core/sources/claude/state_text.h"

namespace relayburn {
namespace {

constexpr size_t kMaxBytes = size_t{32} << 10;
constexpr size_t kBytesOfLengths = 16;

}  // namespace

OptText SessionDirectories::directory_of(OptText session, OptText stated) {
  const std::string_view name = session.value_or("");
  const auto known = directories_.find(name);
  if (!stated) return known == directories_.end() ? OptText() : OptText(known->second);
  if (known != directories_.end() && known->second == *stated) return stated;
  bytes_ += name.size() + stated->size() + kBytesOfLengths;
  if (bytes_ > kMaxBytes) {
    directories_.clear();
    bytes_ = name.size() + stated->size() + kBytesOfLengths;
  }
  if (bytes_ <= kMaxBytes) directories_.insert_or_assign(std::string(name), std::string(*stated));
  return stated;
}

std::string SessionDirectories::to_text() const {
  std::string text;
  for (const auto& [session, directory] : directories_) {
    append_state_text(text, session);
    append_state_text(text, directory);
  }
  return text;
}

bool SessionDirectories::restore(std::string_view text) {
  directories_.clear();
  bytes_ = text.size();
  while (!text.empty()) {
    const auto session = take_state_text(text);
    const auto directory = session ? take_state_text(text) : std::nullopt;
    if (!directory) return false;
    directories_.insert_or_assign(std::string(*session), std::string(*directory));
  }
  return true;
}

}  // namespace relayburn
