#pragma once
// The logs that the law machine delivers: fixtures, samples, and what can become of them.

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
  std::string agent;  // "claude" or "codex"
  std::string bytes;
};

class LogPool {
 public:
  // Every log of a known agent below the folder, named by its path in it.
  void add_folder(const std::string& folder);

  size_t size() const { return names_.size(); }
  // A name of log(): that of a file, or "FILE~SEED", which is made of it (repeated, cut, joined,
  // damaged, continued by another one) in a way that the seed decides.
  std::string any(Random& random) const;
  LawLog log(const std::string& name) const;

 private:
  std::string altered(const LawLog& log, Random& random) const;

  std::vector<std::string> names_;  // ascending
  std::map<std::string, LawLog> logs_;
};

}  // namespace relayburn
