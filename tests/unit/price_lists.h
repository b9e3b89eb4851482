#pragma once
// Small price lists, and what calls cost by them.

#include <string>
#include <string_view>

#include "core/pricing/price_table.h"

namespace relayburn {

// `providers` is the object of providers, without its braces.
inline PriceTable table_of(const std::string& providers) {
  return PriceTable::parse(R"({"snapshot":"2026-01-01","providers":{)" + providers + "}}",
                           "p.json");
}

// One model "m" of `provider` with these spans.
inline PriceTable model_of(const std::string& spans, const std::string& provider = "openai") {
  return table_of("\"" + provider + R"(":{"m":[)" + spans + "]}");
}

inline PriceFacts facts_of(std::string_view model, std::string_view source = "claude-code") {
  PriceFacts facts;
  facts.source = source;
  facts.model = model;
  return facts;
}

inline std::string usd(const PriceTable& table, const PriceFacts& facts,
                       const TokenCounts& tokens) {
  const auto cost = table.cost(facts, tokens);
  return cost ? format_usd(*cost) : "unpriced";
}

inline std::string found_model(const PriceTable& table, std::string_view source,
                               std::string_view name) {
  const ModelPrice* price = table.find(source, name).price;
  return price ? price->provider + "/" + price->model : "unpriced";
}

}  // namespace relayburn
