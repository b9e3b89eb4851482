#include "core/sources/projects.h"

#include <fnmatch.h>

#include <algorithm>

#include "core/base/hmac.h"
#include "core/base/sha256.h"
#include "core/sources/git_remote.h"
#include "core/sources/project_patterns.h"

namespace relayburn {
namespace {

constexpr std::string_view kAnonymous = "anon:";
constexpr size_t kNameBytes = 8;

bool is_matched(const std::vector<std::string>& patterns, const std::string& name) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    return fnmatch(pattern.c_str(), name.c_str(), FNM_LEADING_DIR) == 0;
  });
}

std::vector<std::string> all_forms(const std::vector<std::string>& patterns) {
  std::vector<std::string> all;
  for (const std::string& pattern : patterns)
    for (std::string& form : pattern_forms(pattern)) all.push_back(std::move(form));
  return all;
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

Projects::Projects(ProjectLists lists, std::optional<AnonymousNames> names)
    : lists_{all_forms(lists.allow), all_forms(lists.deny)}, names_(std::move(names)) {}

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
  if (logged_remote && is_matched(patterns, std::string(*logged_remote))) return true;
  if (!cwd) return false;
  const std::vector<std::string> forms = directory_forms(std::string(*cwd));
  if (std::any_of(forms.begin(), forms.end(),
                  [&](const std::string& form) { return is_matched(patterns, form); }))
    return true;
  const std::optional<std::string>& remote = remote_of(cwd);
  return remote && is_matched(patterns, *remote);
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
  // A line of an unknown directory may be of one that is denied.
  const bool is_denied = !lists_.deny.empty() && (!cwd || matches(lists_.deny, cwd, logged_remote));
  const bool is_admitted =
      !is_denied && (lists_.allow.empty() || matches(lists_.allow, cwd, logged_remote));
  return admitted_.emplace(project, is_admitted).first->second;
}

bool Projects::names_denied(OptText path, OptText cwd) {
  if (lists_.deny.empty() || !path) return false;
  const bool is_relative = !path->starts_with('/') && cwd;
  const std::string whole =
      is_relative ? std::string(*cwd) + '/' + std::string(*path) : std::string(*path);
  const auto known = denied_paths_.find(whole);
  if (known != denied_paths_.end()) return known->second;
  const bool is_denied = matches(lists_.deny, OptText(whole), std::nullopt);
  return denied_paths_.emplace(whole, is_denied).first->second;
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

void Projects::hide(ToolCall& call, OptText cwd) {
  if (names_denied(call.file_path, cwd)) {
    call.file_path.reset();
    call.args_hash = call.id;  // that of a path can be guessed
  }
  call.file_path = shown(call.file_path);
  // Of arguments that can be guessed, such as a path, a plain hash is as good as the text.
  if (names_) call.args_hash = names_->key_of(call.args_hash);
}

}  // namespace relayburn
