#pragma once
// List prices: which rates a call is billed at, and what that makes. Rates are whole picodollars
// per token (one USD per million tokens is 1,000,000). Pure; safe to share between threads once
// built.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/instant.h"
#include "core/pricing/money.h"
#include "core/records/token_counts.h"

namespace relayburn {

struct Rates {
  int64_t input = 0;
  int64_t output = 0;
  int64_t cache_read = 0;
  int64_t cache_create_5m = 0;
  int64_t cache_create_1h = 0;
  // True where the list has no such rate and LEDGER.md 5 says what is taken instead.
  bool assumed_cache_read = false;
  bool assumed_cache_create_5m = false;
  bool assumed_cache_create_1h = false;
};

struct ContextTier {
  int64_t above_tokens = 0;  // holds for calls whose context is greater than this
  Rates rates;
};

struct TieredRates {
  Rates rates;
  std::vector<ContextTier> tiers;  // ascending

  // Returns the greatest tier whose bound is at most `bound`, or nullptr.
  const ContextTier* tier_at(int64_t bound) const;
};

// Hours of the day with rates of their own, by UTC.
struct PeakHours {
  std::vector<std::pair<int, int>> minutes;  // of the day, from (inclusive) and to (exclusive)
  bool is_weekdays_only = false;
  std::set<std::string> except_dates;  // "2026-10-01": no hour of these days
  Rates rates;

  bool holds_at(Instant instant) const;
};

using Multipliers = std::map<std::string, std::pair<int64_t, int64_t>, std::less<>>;

// Where a span was stated.
enum class PriceOrigin : uint8_t {
  Bundled,   // in the list that was compiled in
  Ledger,    // in a price record, which `prices update` learned
  Override,  // in the prices.json of this host
};

// Prices of a model that hold from an instant on. The rates are those of the standard service.
struct PriceSpan : TieredRates {
  std::optional<Instant> from;  // nullopt: from the model's first day
  std::map<std::string, TieredRates, std::less<>> service_tiers;  // "priority", "flex"
  // By the agent's source ("codex"): what a call costs that a subscription pays for in this agent.
  std::map<std::string, TieredRates, std::less<>> agents;
  std::optional<PeakHours> peak;
  Multipliers multipliers;  // of tokens: "fast" → {6, 1}; "us" → {11, 10}, a fraction
  std::optional<int64_t> web_search_request;  // picodollars a request
  PriceOrigin origin = PriceOrigin::Bundled;
};

struct ModelPrice {
  std::string provider;
  std::string model;
  std::vector<PriceSpan> spans;  // ascending by `from`, the open one first
};

// How a logged model name was found: the listed model and the rules applied, in order
// ("exact", "alias", "provider-prefix", "context-suffix", "bedrock", "vertex-date", "drop-date",
// "drop-latest", "fast-suffix", "local-provider", …).
struct PriceMatch {
  const ModelPrice* price = nullptr;  // null: unpriced
  std::vector<std::string> rules;
  bool is_fast = false;  // the name itself asks for the fast mode of the listed model
};

// What a price depends on, beside the tokens.
struct PriceFacts {
  std::string_view source;  // "claude-code", "codex", "opencode"
  std::optional<std::string_view> model;
  std::optional<std::string_view> service_tier;
  std::optional<std::string_view> speed;
  std::optional<std::string_view> inference_geo;
  std::optional<std::string_view> plan;
  std::optional<Instant> quarter;  // the quarter of an hour of the call, where it is known
  size_t span_side = 0;            // how many of span_bounds() are at or before the call
  size_t context_side = 0;         // how many of context_bounds() the call's context exceeds
};

// What one token of a class, or one search, is billed at; multipliers are inside.
struct BilledRates {
  Picodollars input;
  Picodollars output;
  Picodollars cache_read;
  Picodollars cache_create_5m;
  Picodollars cache_create_1h;
  Picodollars web_search_request;
};

// The price that holds for calls of the same facts: everything but their tokens.
struct AppliedPrice {
  std::string provider;
  std::string model;                          // as listed
  std::vector<std::string> rules;             // how the logged name was found
  std::optional<Instant> from;                // of the span
  PriceOrigin origin = PriceOrigin::Bundled;  // of the span
  std::optional<int64_t> above_tokens;        // of the context tier
  std::optional<std::string> service_tier;    // whose own rates are these
  bool is_plan = false;                       // rates of a subscription in the call's agent
  bool is_peak = false;
  Multipliers multipliers;  // those that apply
  BilledRates rates;
  Rates listed;  // before the multipliers, with what is assumed
  // What the call states and the price has no rate for: "service tier ultra", "speed fast". It is
  // billed at the standard rates.
  std::vector<std::string> unpriced_terms;
  // The hours on which the rate depends, where the facts state no quarter; lives in the table.
  const PeakHours* open_peak = nullptr;

  Picodollars cost(const TokenCounts& tokens) const;
};

// What a price record of a ledger states (core/records/records.h).
struct LearnedPrice {
  std::string provider;
  std::string model;
  std::optional<std::string> from_date;
  std::string rates;
};

class PriceTable {
 public:
  // The list that was compiled in.
  static const PriceTable& embedded();
  // Returns this list with what a ledger's records state on top: a span with the date of another
  // one replaces it. A record that cannot be read is left out and named in `problems`.
  PriceTable with_learned(const std::vector<LearnedPrice>& learned,
                          std::vector<std::string>& problems) const;
  // This list, but what another one of its shape states holds instead, each price from its date on:
  // what lies before stays. That list may also have "aliases": {"name": "listed model"}, and no
  // snapshot. Throws Error{Usage} as parse() does.
  PriceTable with_overrides(std::string_view json, const std::string& name) const;
  // Parses a list of the shape of models.json. Throws Error{Usage} naming `name` and, where known,
  // the line; also where a rate, or a rate times a multiplier, is not whole in picodollars.
  static PriceTable parse(std::string_view json, const std::string& name);

  const std::string& snapshot() const { return snapshot_; }
  // The last day up to which changes of any group of the list were looked for.
  const std::string& checked() const { return checked_; }
  bool has_learned() const { return has_learned_; }
  bool has_overrides() const { return has_overrides_; }
  const std::vector<ModelPrice>& models() const { return models_; }

  // Every date at which a span begins, and every context size at which a tier begins, ascending.
  // Backends group turns by the sides of these bounds; every turn of a group is priced alike.
  const std::vector<Instant>& span_bounds() const { return span_bounds_; }
  const std::vector<int64_t>& context_bounds() const { return context_bounds_; }

  PriceMatch find(std::string_view source, std::string_view model) const;

  // The price of calls that share these facts; nullopt where the model has none.
  std::optional<AppliedPrice> apply(const PriceFacts& facts) const;
  // Returns what one web search costs at the provider of a call, whatever its model; 0 where no
  // list has a fee.
  Picodollars search_fee(std::string_view source, std::optional<std::string_view> model) const;
  // Returns on whose bill a call stands: the provider that its name states, the cloud that its form
  // of name is of (Bedrock, Vertex), else the maker of the model, else the provider of the source.
  std::string biller_of(std::string_view source, std::optional<std::string_view> model) const;
  // Exact cost of their tokens; nullopt where the model has no price.
  std::optional<Picodollars> cost(const PriceFacts& facts, const TokenCounts& tokens) const;

 private:
  struct Alias {
    std::string target;
    std::string listed;
  };

  PriceMatch find_listed(std::string_view source, std::string_view model) const;
  PriceMatch find_alias(std::string_view source, std::string_view model) const;
  void override_model(ModelPrice price);
  // False where the target has no price.
  bool add_alias(const std::string& alias, const std::string& target);
  void index_names();
  void collect_bounds();
  Picodollars provider_search_fee(std::string_view provider) const;

  std::string snapshot_;
  std::string checked_;
  bool has_learned_ = false;
  bool has_overrides_ = false;
  std::vector<ModelPrice> models_;
  std::map<std::string, std::vector<size_t>, std::less<>>
      by_name_;  // listed name → models_, preferred provider first
  std::map<std::string, std::string, std::less<>> by_lower_case_;  // lower-case name → listed name
  std::map<std::string, Alias, std::less<>> aliases_;              // by lower-case name
  std::map<std::string, int64_t, std::less<>> search_fees_;        // by provider
  std::vector<Instant> span_bounds_;
  std::vector<int64_t> context_bounds_;
};

// The provider that a turn is reported under: "synthetic", the text before
// the first '/', else by source. Lower case.
std::string provider_of(std::string_view source, std::optional<std::string_view> model);

}  // namespace relayburn
