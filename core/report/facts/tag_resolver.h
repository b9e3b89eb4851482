#pragma once
// Resolves the tags of turns from the stamps of a ledger. Of all stamps that match a turn, the
// later by (time, key) overrides per tag; a stamp without a time sorts first.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/records/records.h"
#include "core/storage/storage_adapter.h"

namespace relayburn {

using Tags = std::map<std::string, std::string, std::less<>>;

class TagResolver {
 public:
  // Loads the stamps that carry one of these keys; no other key is resolved.
  void load(Snapshot& snapshot, const std::set<std::string, std::less<>>& keys);

  bool is_empty() const { return stamps_.empty(); }
  bool asks_for_messages() const { return asks_for_messages_; }
  // Returns where ranges begin and end: all turns between two neighbours have the same tags.
  std::vector<Instant> bounds() const;
  Tags tags(OptText session, OptText message, std::optional<Instant> ts) const;

 private:
  struct LoadedStamp {
    std::optional<Instant> ts;
    Key id;
    std::string scope;
    std::optional<Instant> from;
    std::optional<Instant> to;
    std::vector<std::optional<std::string>> values;  // one for each key
  };
  // Holds for each key the number of the stamp that wins, from 1; 0 for none.
  using Winners = std::vector<size_t>;

  // The winners among the stamps of one scope, which change with time. They are found once for
  // each stretch between two bounds, so that a turn costs a lookup however many stamps there are.
  class Timeline {
   public:
    void add(size_t number) { numbers_.push_back(number); }
    void build(const std::vector<LoadedStamp>& stamps, size_t key_count);
    const Winners& at(std::optional<Instant> ts) const;

   private:
    std::vector<size_t> numbers_;
    Winners before_;  // until the first start, and without a time
    std::vector<Instant> starts_;
    std::vector<Winners> winners_;  // from each start on
  };

  std::vector<std::string> keys_;
  std::vector<LoadedStamp> stamps_;  // ascending by (time, key): number n is at n - 1
  std::unordered_map<std::string, Timeline> timelines_;  // by scope
  bool asks_for_messages_ = false;
};

}  // namespace relayburn
