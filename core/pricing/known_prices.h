#pragma once
// The prices that hold in a ledger before something is learned: the bundled list, and what hosts
// have learned so far. A host's own prices.json is not among them: it is nobody else's business.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/pricing/price_feed.h"
#include "core/pricing/price_table.h"

namespace relayburn {

class KnownPrices {
 public:
  // Of the list that was compiled in.
  static KnownPrices bundled(const std::vector<LearnedPrice>& learned);
  // Of a list of our own form. Throws Error{Usage} where it is none.
  static KnownPrices of_list(std::string_view json, const std::vector<LearnedPrice>& learned);

  // The price that calls of a model have on a day, by its own name or by the rules for names; null
  // where it has none.
  const StatedPrice* on(const std::string& provider, const std::string& model,
                        const std::string& day) const;
  // Whether the model has a price at any time.
  bool has(const std::string& provider, const std::string& model) const;

  // Adds a price, so that later questions see it.
  void put(const ListedPrice& learned);

  // Models without what only dates a name, as provider and name.
  using Families = std::vector<std::pair<std::string, std::string>>;
  Families families() const;

 private:
  using Name = std::pair<std::string, std::string>;  // provider and model
  using Spans = std::map<std::string, StatedPrice>;  // by the first day; empty sorts first

  void add(const LearnedPrice& learned);
  void index_names();
  const Spans* find(const std::string& provider, const std::string& model) const;

  std::map<Name, Spans> models_;
  PriceTable table_;  // knows the rules for names
};

// The name without a date or "-latest" at its end.
std::string family_of(std::string_view model);

// Says what is wrong with a price that a report could not use; nullopt where nothing is.
std::optional<std::string> problem_of(const std::string& provider, const std::string& model,
                                      const std::string& from, const std::string& rates);

}  // namespace relayburn
