#pragma once
// Forks of 2.x. One begins with copies of what it was forked from: rows with the data, the times
// and the `seq` of the originals, whose ids are those of the fork with `seq` behind ("msg_F_7").
// The calls in them were made once.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "core/sources/opencode/opencode_facts.h"
#include "core/sources/opencode/opencode_tables.h"

namespace relayburn {

class OpencodeForks {
 public:
  // The arguments outlive it, and the tables are known when it is made.
  OpencodeForks(TolerantRows& rows, const OpencodeTables& tables);

  // The message that a row is, or is a piece of.
  std::string_view base_of(std::string_view id) const;
  bool is_copy(std::string_view id) const;
  // Says of whom the row of `session` is a copy, as far up as rows are there. Returns the id of
  // that row; empty where there is none.
  std::string find_original(const std::string& session, int64_t seq, OpencodeMessage& copy);

 private:
  void read();

  TolerantRows& rows_;
  std::map<std::string, std::string> origins_;  // of the sessions that are forks
  std::set<std::string, std::less<>> copies_;   // what the ids of copies begin with
};

}  // namespace relayburn
