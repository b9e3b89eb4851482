#pragma once
// The logs that the law machine delivers: fixtures, samples, sessions of OpenCode, and what can
// become of them.

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace relayburn {

using Random = std::mt19937_64;
// From 0 to n - 1.
inline size_t below(Random& random, size_t n) { return static_cast<size_t>(random() % n); }

struct LawLog {
  std::string agent;         // "claude", "codex", "opencode"
  std::string bytes;         // OpenCode's: opencode_history.h
  bool is_database = false;  // what the history makes
};

// With their ends.
std::vector<std::string> split_lines(const std::string& bytes);
std::string join_lines(const std::vector<std::string>& lines);

class LogPool {
 public:
  // Every log of a known agent below the folder, named by its path in it.
  void add_folder(const std::string& folder);
  // "opencode/FORM/SEED", so many of each form.
  void add_opencode(size_t sessions);

  size_t size() const { return logs_.size(); }
  // A name of log(): that of a file, or "FILE~SEED", which is made of it (repeated, cut, joined,
  // damaged, continued by another one) in a way that the seed decides.
  std::string any(Random& random) const;
  LawLog log(const std::string& name) const;

 private:
  std::string altered(const LawLog& log, Random& random) const;
  std::string any_of(const std::string& agent, Random& random) const;

  std::map<std::string, LawLog> logs_;                     // by name
  std::map<std::string, std::vector<std::string>> names_;  // by agent, ascending
};

}  // namespace relayburn
