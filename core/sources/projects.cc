#include "core/sources/projects.h"

#include <fnmatch.h>

#include <algorithm>

#include "core/base/hmac.h"
#include "core/base/sha256.h"
#include "core/sources/git_remote.h"

namespace relayburn {
namespace {

constexpr std::string_view kAnonymous = "anon:";
constexpr size_t kNameBytes = 8;

bool matches(const std::string& pattern, OptText name) {
  return name && fnmatch(pattern.c_str(), std::string(*name).c_str(), FNM_LEADING_DIR) == 0;
}

}  // namespace

std::string AnonymousNames::name_of(std::string_view text) const {
  const Digest digest = hmac_sha256(key_, text);
  std::string name(kAnonymous);
  append_hex(name, {reinterpret_cast<const char*>(digest.data()), kNameBytes});
  return name;
}

Key AnonymousNames::key_of(const Key& hash) const {
  const Digest digest = hmac_sha256(key_, hash.view());
  return Key::of_bytes({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

const std::optional<std::string>& Projects::remote_of(OptText cwd) {
  const std::string directory(cwd.value_or(""));
  const auto known = remotes_.find(directory);
  if (known != remotes_.end()) return known->second;
  return remotes_
      .emplace(directory, directory.empty() ? std::nullopt : remote_of_directory(directory))
      .first->second;
}

bool Projects::matches(const std::vector<std::string>& patterns, OptText cwd,
                       OptText logged_remote) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    return relayburn::matches(pattern, cwd) || relayburn::matches(pattern, logged_remote) ||
           relayburn::matches(pattern, remote_of(cwd));
  });
}

bool Projects::admits(OptText cwd, OptText logged_remote) {
  const bool is_ours = is_admitted(cwd, logged_remote);
  if (!is_ours) ++refusals_;
  return is_ours;
}

bool Projects::is_admitted(OptText cwd, OptText logged_remote) {
  if (!is_filtered()) return true;
  const std::string project =
      std::string(cwd.value_or("")) + '\0' + std::string(logged_remote.value_or(""));
  const auto known = admitted_.find(project);
  if (known != admitted_.end()) return known->second;
  const bool is_admitted = !matches(lists_.deny, cwd, logged_remote) &&
                           (lists_.allow.empty() || matches(lists_.allow, cwd, logged_remote));
  return admitted_.emplace(project, is_admitted).first->second;
}

OptText Projects::shown(OptText name) {
  if (!name || !names_) return name;
  const auto known = shown_.find(std::string(*name));
  if (known != shown_.end()) return known->second;
  return shown_.emplace(*name, names_->name_of(*name)).first->second;
}

void Projects::hide(Turn& turn) {
  turn.cwd = shown(turn.cwd);
  turn.remote = shown(turn.remote);
  turn.branch = shown(turn.branch);
}

void Projects::hide(ToolCall& call) {
  call.file_path = shown(call.file_path);
  // Of arguments that can be guessed, such as a path, a plain hash is as good as the text.
  if (names_) call.args_hash = names_->key_of(call.args_hash);
}

}  // namespace relayburn
