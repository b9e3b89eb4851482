#include "core/pricing/price_list.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "core/base/error.h"
#include "core/base/json_validity.h"
#include "core/pricing/decimal.h"
#include "core/pricing/json_list_reader.h"
#include "core/pricing/money.h"
#include "core/pricing/stated_span.h"

namespace relayburn {
namespace {

constexpr int kRateDecimals = 6;  // dollars per million tokens → picodollars per token
constexpr int kMultiplierDecimals = 6;

class PriceListReader : private JsonListReader {
 public:
  PriceListReader(std::string_view json, const std::string& name, ListPurpose purpose)
      : JsonListReader(json, name), purpose_(purpose) {}

  PriceList read();

 private:
  // A key of no meaning here; in a list that people write it is more likely misspelt.
  void skip_field(std::string_view key, ondemand::value value);

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
  void read_tier(StatedTiers& rates, ondemand::object tier);
  void read_tiers(StatedTiers& rates, ondemand::array tiers);
  void read_tiered(std::map<std::string, StatedTiers, std::less<>>& by_name,
                   ondemand::object object, std::string_view what);
  StatedPeak read_peak(ondemand::object object);
  std::pair<int, int> read_hours(ondemand::array hours);
  std::string read_date(ondemand::value value);
  void read_checked(ondemand::object days);
  void read_multipliers(StatedSpan& span, ondemand::object multipliers);

  const ListPurpose purpose_;
  PriceList list_;
};

void PriceListReader::skip_field(std::string_view key, ondemand::value value) {
  at_ = value.raw_json_token().data();
  const bool is_remark = key == "note" || key == "sources";
  if (purpose_ == ListPurpose::Overrides && !is_remark)
    fail("there is no key '" + shown(key) + "' here");
  skip(value);
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
    } else if (key == "checked") {
      read_checked(object_in(field.value(), key));
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
  if (purpose_ != ListPurpose::Whole) return;
  if (!snapshot) fail("no snapshot is stated");
  if (!has_providers) fail("no providers are stated");
  list_.checked = std::max(list_.checked, *snapshot);
  list_.snapshot = std::move(*snapshot);
}

void PriceListReader::read_checked(ondemand::object days) {
  for (ondemand::field field : days) {
    static_cast<void>(field.unescaped_key().value());
    list_.checked = std::max(list_.checked, read_date(field.value()));
  }
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
    read_tiers(span, array_in(value, key));
  } else if (key == "serviceTiers") {
    read_tiered(span.service_tiers, object_in(value, key), "service tier");
  } else if (key == "agents") {
    read_tiered(span.agents, object_in(value, key), "agent");
  } else if (key == "peak") {
    set_once(span.peak, read_peak(object_in(value, key)), key);
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

std::string PriceListReader::read_date(ondemand::value value) {
  std::string text(string_in(value, "a date"));
  if (!parse_instant(text + "T00:00Z"))
    fail("expected a date like 2026-07-28, got '" + shown(text) + "'");
  return text;
}

void PriceListReader::read_tiers(StatedTiers& rates, ondemand::array tiers) {
  for (ondemand::value tier : tiers) read_tier(rates, object_in(tier, "a tier"));
}

void PriceListReader::read_tier(StatedTiers& span, ondemand::object tier) {
  constexpr int64_t kMaxContext = 1'000'000'000'000;
  const char* begin = at_;
  StatedRates rates;
  std::optional<int64_t> above_tokens;
  for (ondemand::field field : tier) {
    const std::string_view key = field.unescaped_key();
    const ondemand::value value = field.value();
    if (read_rate(rates, key, value)) continue;
    if (key == "aboveContextTokens") {
      set_once(above_tokens, number_in(value, key, 0, kMaxContext), key);
    } else {
      skip_field(key, value);
    }
  }
  at_ = begin;
  if (!above_tokens) fail("a tier needs aboveContextTokens");
  if (!span.tiers.emplace(*above_tokens, rates).second) fail("two tiers begin at one context size");
}

void PriceListReader::read_tiered(std::map<std::string, StatedTiers, std::less<>>& by_name,
                                  ondemand::object object, std::string_view what) {
  for (ondemand::field field : object) {
    const std::string name(std::string_view(field.unescaped_key()));
    StatedTiers tiered;
    for (ondemand::field rate : object_in(field.value(), what)) {
      const std::string_view key = rate.unescaped_key();
      const ondemand::value value = rate.value();
      if (read_rate(tiered.rates, key, value)) continue;
      if (key == "tiers") {
        read_tiers(tiered, array_in(value, key));
      } else {
        skip_field(key, value);
      }
    }
    if (!by_name.emplace(name, std::move(tiered)).second)
      fail("the " + std::string(what) + " '" + shown(name) + "' is listed twice");
  }
}

StatedPeak PriceListReader::read_peak(ondemand::object object) {
  StatedPeak peak;
  for (ondemand::field field : object) {
    const std::string_view key = field.unescaped_key();
    ondemand::value value = field.value();
    if (read_rate(peak.rates, key, value)) continue;
    if (key == "utcHours") {
      for (ondemand::value hours : array_in(value, key))
        peak.hours.minutes.push_back(read_hours(array_in(hours, "hours")));
    } else if (key == "days") {
      const std::string_view days = string_in(value, key);
      if (days != "mon-fri" && days != "mon-sun") fail("days must be mon-fri or mon-sun");
      peak.hours.is_weekdays_only = days == "mon-fri";
    } else if (key == "exceptDates") {
      for (ondemand::value date : array_in(value, key))
        peak.hours.except_dates.insert(read_date(date));
    } else {
      skip_field(key, value);
    }
  }
  return peak;
}

// ["01:00", "04:00"]; reports group by the quarter of an hour, so that is how fine it may be.
std::pair<int, int> PriceListReader::read_hours(ondemand::array hours) {
  std::vector<int> minutes;
  for (ondemand::value hour : hours) {
    const std::string_view text = string_in(hour, "an hour");
    const auto instant = parse_instant("1970-01-01T" + std::string(text) + ":00Z");
    constexpr int64_t kMinuteUs = 60'000'000;
    const int minute = text == "24:00"               ? 24 * 60
                       : text.size() == 5 && instant ? static_cast<int>(instant->us / kMinuteUs)
                                                     : -1;
    if (minute < 0 || minute % 15 != 0)
      fail("an hour must be a quarter of an hour like 09:15, got '" + shown(text) + "'");
    minutes.push_back(minute);
  }
  if (minutes.size() != 2 || minutes[0] >= minutes[1]) fail("hours must be a beginning and an end");
  return {minutes[0], minutes[1]};
}

void PriceListReader::read_multipliers(StatedSpan& span, ondemand::object multipliers) {
  constexpr int64_t kMaxMultiplier = 100;
  for (ondemand::field field : multipliers) {
    const std::string name(std::string_view(field.unescaped_key()));
    const int64_t millionths = number_in(field.value(), name, kMultiplierDecimals, kMaxMultiplier);
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
