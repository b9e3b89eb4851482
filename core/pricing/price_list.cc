#include "core/pricing/price_list.h"

#include <simdjson.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "core/base/error.h"
#include "core/base/json_validity.h"
#include "core/pricing/decimal.h"
#include "core/pricing/money.h"
#include "core/pricing/stated_span.h"

namespace relayburn {
namespace {

namespace ondemand = simdjson::ondemand;
using ondemand::json_type;

constexpr int kRateDecimals = 6;  // dollars per million tokens → picodollars per token
constexpr int kMultiplierDecimals = 6;

const char* name_of(json_type type) {
  switch (type) {
    case json_type::array:
      return "an array";
    case json_type::object:
      return "an object";
    case json_type::number:
      return "a number";
    case json_type::string:
      return "a string";
    case json_type::boolean:
      return "a boolean";
    case json_type::null:
      return "null";
  }
  return "something else";
}

// The token without the blanks that simdjson leaves behind it.
std::string_view trimmed(std::string_view token) {
  const size_t last = token.find_last_not_of(" \t\r\n");
  return token.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

std::string shown(std::string_view text) {
  constexpr size_t kMost = 40;
  return text.size() <= kMost ? std::string(text) : std::string(text.substr(0, kMost)) + "...";
}

class PriceListReader {
 public:
  PriceListReader(std::string_view json, const std::string& name, ListPurpose purpose)
      : json_(json), name_(name), purpose_(purpose), at_(json_.data()) {}

  PriceList read();

 private:
  int64_t line() const { return 1 + std::count(json_.data(), at_, '\n'); }
  [[noreturn]] void fail(const std::string& problem) const;

  // Each remembers where the value stands, for messages, and refuses a value of another type.
  void expect(ondemand::value& value, json_type type, std::string_view what);
  ondemand::object object_in(ondemand::value value, std::string_view what);
  ondemand::array array_in(ondemand::value value, std::string_view what);
  std::string_view string_in(ondemand::value value, std::string_view what);
  // A number from 0 to `greatest` with at most `decimals` decimals, times 10^decimals.
  int64_t number_in(ondemand::value value, std::string_view what, int decimals, int64_t greatest);

  // A key of no meaning here; in a list that people write it is more likely misspelt.
  void skip_field(std::string_view key, ondemand::value value);
  void skip(ondemand::value value, int depth = 0);

  template <typename T>
  void set_once(std::optional<T>& slot, T value, std::string_view key);

  void read_document(ondemand::object document);
  void check_unit(std::string_view unit) const;
  void read_aliases(ondemand::object aliases);
  void read_providers(ondemand::object providers);
  void read_models(const std::string& provider, ondemand::object models);
  std::vector<PriceSpan> read_spans(const std::string& provider, ondemand::array spans);
  StatedSpan read_span(ondemand::object object);
  void read_span_field(StatedSpan& span, std::string_view key, ondemand::value value);
  bool read_rate(StatedRates& rates, std::string_view key, ondemand::value value);
  Instant read_from(ondemand::value value);
  void read_tier(StatedSpan& span, ondemand::object tier);
  void read_service_tiers(StatedSpan& span, ondemand::object tiers);
  void read_multipliers(StatedSpan& span, ondemand::object multipliers);

  simdjson::padded_string json_;
  const std::string& name_;
  const ListPurpose purpose_;
  const char* at_;       // where the last value that was looked at begins
  std::string subject_;  // "anthropic/claude-opus-4-6", once a model is being read
  PriceList list_;
};

void PriceListReader::fail(const std::string& problem) const {
  throw Error(ErrorKind::Usage, name_ + ":" + std::to_string(line()) + ": " +
                                    (subject_.empty() ? "" : subject_ + ": ") + problem);
}

void PriceListReader::expect(ondemand::value& value, json_type type, std::string_view what) {
  at_ = value.raw_json_token().data();
  const json_type found = value.type();
  if (found == type) return;
  fail("expected " + std::string(name_of(type)) + " for " + shown(what) + ", got " +
       name_of(found));
}

ondemand::object PriceListReader::object_in(ondemand::value value, std::string_view what) {
  expect(value, json_type::object, what);
  return value.get_object();
}

ondemand::array PriceListReader::array_in(ondemand::value value, std::string_view what) {
  expect(value, json_type::array, what);
  return value.get_array();
}

std::string_view PriceListReader::string_in(ondemand::value value, std::string_view what) {
  expect(value, json_type::string, what);
  return value.get_string();
}

int64_t PriceListReader::number_in(ondemand::value value, std::string_view what, int decimals,
                                   int64_t greatest) {
  expect(value, json_type::number, what);
  const auto token = trimmed(value.raw_json_token());
  const auto number = scaled_decimal(token, decimals);
  if (number && *number <= greatest * power_of_ten(decimals)) return *number;
  fail(shown(what) + " must be a number from 0 to " + std::to_string(greatest) + " with at most " +
       std::to_string(decimals) + " decimals, got " + shown(token));
}

void PriceListReader::skip_field(std::string_view key, ondemand::value value) {
  at_ = value.raw_json_token().data();
  const bool is_remark = key == "note" || key == "sources";
  if (purpose_ == ListPurpose::Overrides && !is_remark)
    fail("there is no key '" + shown(key) + "' here");
  skip(value);
}

// simdjson steps over an unread value without looking at it; one that is read must be JSON.
void PriceListReader::skip(ondemand::value value, int depth) {
  constexpr int kDeepest = 100;
  at_ = value.raw_json_token().data();
  if (depth > kDeepest) fail("nested too deeply");
  switch (value.type()) {
    case json_type::object:
      for (ondemand::field field : value.get_object()) {
        static_cast<void>(field.unescaped_key().value());
        skip(field.value(), depth + 1);
      }
      return;
    case json_type::array:
      for (ondemand::value element : value.get_array()) skip(element, depth + 1);
      return;
    case json_type::string:
      static_cast<void>(value.get_string().value());
      return;
    case json_type::number:
      static_cast<void>(value.get_double().value());
      return;
    case json_type::boolean:
      static_cast<void>(value.get_bool().value());
      return;
    case json_type::null:
      if (!value.is_null()) fail("not valid JSON: expected null");
  }
}

template <typename T>
void PriceListReader::set_once(std::optional<T>& slot, T value, std::string_view key) {
  if (slot) fail(std::string(key) + " is stated twice");
  slot = std::move(value);
}

PriceList PriceListReader::read() {
  ondemand::parser parser;
  ondemand::document document;
  if (const auto error = parser.iterate(json_).get(document)) {
    at_ = broken_json_line(json_);
    fail(std::string("not valid JSON: ") + simdjson::error_message(error));
  }
  const char* location = nullptr;
  try {
    read_document(object_in(document.get_value(), "the price list"));
  } catch (const simdjson::simdjson_error& error) {
    if (!document.current_location().get(location)) at_ = location;
    fail(std::string("not valid JSON: ") + error.what());
  }
  if (!document.current_location().get(location)) {
    at_ = location;
    fail("not valid JSON: text after the price list");
  }
  return std::move(list_);
}

void PriceListReader::read_document(ondemand::object document) {
  std::optional<std::string> snapshot;
  std::optional<bool> has_providers;
  for (ondemand::field field : document) {
    const std::string_view key = field.unescaped_key();
    if (key == "unit") {
      check_unit(string_in(field.value(), key));
    } else if (key == "snapshot") {
      set_once(snapshot, std::string(string_in(field.value(), key)), key);
    } else if (key == "aliases") {
      read_aliases(object_in(field.value(), key));
    } else if (key == "providers") {
      const auto providers = object_in(field.value(), key);
      set_once(has_providers, true, key);
      read_providers(providers);
    } else {
      skip_field(key, field.value());
    }
  }
  if (purpose_ == ListPurpose::Overrides) return;
  if (!snapshot) fail("no snapshot is stated");
  if (!has_providers) fail("no providers are stated");
  list_.snapshot = std::move(*snapshot);
}

void PriceListReader::read_aliases(ondemand::object aliases) {
  std::set<std::string> seen;
  for (ondemand::field field : aliases) {
    std::string alias(std::string_view(field.unescaped_key()));
    std::string target(string_in(field.value(), alias));
    if (!seen.insert(alias).second) fail("the alias '" + shown(alias) + "' is listed twice");
    list_.aliases.push_back({std::move(alias), std::move(target), line()});
  }
}

void PriceListReader::check_unit(std::string_view unit) const {
  constexpr std::string_view kUnit = "USD per million tokens";
  if (unit != kUnit) fail("unit must be '" + std::string(kUnit) + "', got '" + shown(unit) + "'");
}

void PriceListReader::read_providers(ondemand::object providers) {
  std::set<std::string> seen;
  for (ondemand::field field : providers) {
    const std::string provider(std::string_view(field.unescaped_key()));
    subject_ = provider;
    const auto models = object_in(field.value(), "a provider");
    if (!seen.insert(provider).second) fail("the provider is listed twice");
    read_models(provider, models);
  }
  subject_.clear();
}

void PriceListReader::read_models(const std::string& provider, ondemand::object models) {
  std::set<std::string> seen;
  for (ondemand::field field : models) {
    std::string model(std::string_view(field.unescaped_key()));
    subject_ = provider + "/" + model;
    const auto spans = array_in(field.value(), "a model");
    if (!seen.insert(model).second) fail("the model is listed twice");
    list_.models.push_back({provider, std::move(model), read_spans(provider, spans)});
  }
}

std::vector<PriceSpan> PriceListReader::read_spans(const std::string& provider,
                                                   ondemand::array spans) {
  const char* begin = at_;
  std::map<std::optional<Instant>, PriceSpan> by_date;  // no date sorts before every date
  for (ondemand::value value : spans) {
    const auto object = object_in(value, "a price");
    const char* span_begin = at_;
    const StatedSpan stated = read_span(object);
    at_ = span_begin;
    if (!stated.rates.input || !stated.rates.output) fail("a price needs input and output");
    PriceSpan span = complete_span(stated, provider);
    if (const auto problem = unwhole_rate(span)) fail(*problem);
    if (!by_date.emplace(span.from, std::move(span)).second) fail("two prices begin on one date");
  }
  at_ = begin;
  if (by_date.empty()) fail("the model has no price");
  std::vector<PriceSpan> sorted;
  for (auto& [from, span] : by_date) sorted.push_back(std::move(span));
  return sorted;
}

StatedSpan PriceListReader::read_span(ondemand::object object) {
  StatedSpan span;
  for (ondemand::field field : object) {
    const std::string_view key = field.unescaped_key();
    read_span_field(span, key, field.value());
  }
  return span;
}

void PriceListReader::read_span_field(StatedSpan& span, std::string_view key,
                                      ondemand::value value) {
  constexpr int64_t kDearestWebSearch = 1000;
  if (read_rate(span.rates, key, value)) return;
  if (key == "from") {
    set_once(span.from, read_from(value), key);
  } else if (key == "webSearchRequest") {
    set_once(span.web_search_request, number_in(value, key, kUsdDecimals, kDearestWebSearch), key);
  } else if (key == "tiers") {
    for (ondemand::value tier : array_in(value, key)) read_tier(span, object_in(tier, "a tier"));
  } else if (key == "serviceTiers") {
    read_service_tiers(span, object_in(value, key));
  } else if (key == "multipliers") {
    read_multipliers(span, object_in(value, key));
  } else {
    skip_field(key, value);
  }
}

bool PriceListReader::read_rate(StatedRates& rates, std::string_view key, ondemand::value value) {
  constexpr int64_t kDearest = 1'000'000;
  if (key == "reasoning") {  // reasoning is inside output and billed there; the rate has no use
    expect(value, json_type::number, key);
    skip(value);
    return true;
  }
  for (const RateKey& known : kRateKeys) {
    if (key != known.key) continue;
    set_once(rates.*known.rate, number_in(value, key, kRateDecimals, kDearest), key);
    return true;
  }
  return false;
}

Instant PriceListReader::read_from(ondemand::value value) {
  const std::string_view text = string_in(value, "from");
  const auto midnight = parse_instant(std::string(text) + "T00:00Z");
  if (!midnight) fail("from must be a date like 2026-07-28, got '" + shown(text) + "'");
  return *midnight;
}

void PriceListReader::read_tier(StatedSpan& span, ondemand::object tier) {
  constexpr int64_t kGreatestContext = 1'000'000'000'000;
  const char* begin = at_;
  StatedRates rates;
  std::optional<int64_t> above_tokens;
  for (ondemand::field field : tier) {
    const std::string_view key = field.unescaped_key();
    const ondemand::value value = field.value();
    if (read_rate(rates, key, value)) continue;
    if (key == "aboveContextTokens") {
      set_once(above_tokens, number_in(value, key, 0, kGreatestContext), key);
    } else {
      skip_field(key, value);
    }
  }
  at_ = begin;
  if (!above_tokens) fail("a tier needs aboveContextTokens");
  if (!span.tiers.emplace(*above_tokens, rates).second) fail("two tiers begin at one context size");
}

void PriceListReader::read_service_tiers(StatedSpan& span, ondemand::object tiers) {
  for (ondemand::field field : tiers) {
    const std::string name(std::string_view(field.unescaped_key()));
    auto object = object_in(field.value(), "a service tier");
    StatedRates rates;
    for (ondemand::field rate : object) {
      const std::string_view key = rate.unescaped_key();
      const ondemand::value value = rate.value();
      if (!read_rate(rates, key, value)) skip_field(key, value);
    }
    if (!span.service_tiers.emplace(name, rates).second) fail("a service tier is listed twice");
  }
}

void PriceListReader::read_multipliers(StatedSpan& span, ondemand::object multipliers) {
  constexpr int64_t kGreatestMultiplier = 100;
  for (ondemand::field field : multipliers) {
    const std::string name(std::string_view(field.unescaped_key()));
    const int64_t millionths =
        number_in(field.value(), name, kMultiplierDecimals, kGreatestMultiplier);
    if (millionths == 0) fail("a multiplier must not be 0");
    const int64_t one = power_of_ten(kMultiplierDecimals);
    const int64_t divisor = std::gcd(millionths, one);
    const std::pair fraction(millionths / divisor, one / divisor);
    if (!span.multipliers.emplace(name, fraction).second) fail("a multiplier is listed twice");
  }
}

}  // namespace

PriceList parse_price_list(std::string_view json, const std::string& name, ListPurpose purpose) {
  return PriceListReader(json, name, purpose).read();
}

}  // namespace relayburn
