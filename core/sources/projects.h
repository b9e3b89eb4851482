#pragma once
// What a host hands on of the projects that its logs are of: which ones, and under which names.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/records/records.h"

namespace relayburn {

// Patterns over the directory and the canonical remote, as fnmatch(3) reads them: `*` is any text,
// also with slashes, `?` a character, `[ab]` one of them. One that names a folder covers what lies
// below. A directory is compared in each of its forms (project_patterns.h).
struct ProjectLists {
  std::vector<std::string> allow;  // empty: all
  std::vector<std::string> deny;   // goes first

  bool empty() const { return allow.empty() && deny.empty(); }
};

// Names under a key: whoever has it gives one thing the same name, and others learn nothing of it.
class AnonymousNames {
 public:
  explicit AnonymousNames(std::string key) : key_(std::move(key)) {}

  // "anon:" and 16 hex digits.
  std::string name_of(std::string_view text) const;
  Key key_of(const Key& hash) const;

 private:
  std::string key_;
};

// One thread at a time.
class Projects {
 public:
  Projects(ProjectLists lists, std::optional<AnonymousNames> names);

  bool is_filtered() const { return !lists_.empty(); }
  bool is_anonymous() const { return names_.has_value(); }
  // Records can name what is not to be handed on.
  bool hides() const { return is_anonymous() || !lists_.deny.empty(); }

  // The remote that this host knows for a directory.
  const std::optional<std::string>& remote_of(OptText cwd);
  // Whether records of what ran there are handed on. Where the directory is not known, they are
  // only without any list.
  bool admits(OptText cwd, OptText logged_remote);
  // How often it has said no.
  int64_t refusals() const { return refusals_; }
  // As it is handed on. Lives as long as this object.
  OptText shown(OptText name);
  void hide(Turn& turn);
  // `cwd`: where the call ran.
  void hide(ToolCall& call, OptText cwd);

 private:
  bool names_denied(OptText path, OptText cwd);
  bool is_admitted(OptText cwd, OptText logged_remote);
  bool matches(const std::vector<std::string>& patterns, OptText cwd, OptText logged_remote);

  ProjectLists lists_;
  std::optional<AnonymousNames> names_;
  std::unordered_map<std::string, std::optional<std::string>> remotes_;  // by directory
  std::unordered_map<std::string, bool> admitted_;                       // by directory and remote
  std::unordered_map<std::string, bool> denied_paths_;                   // of files in calls
  int64_t refusals_ = 0;
  std::unordered_map<std::string, std::string> shown_;
};

}  // namespace relayburn
