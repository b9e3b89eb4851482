#include "core/pricing/price_words.h"

namespace relayburn {
namespace {

struct RuleWords {
  std::string_view rule;
  std::string_view words;
};
constexpr RuleWords kRuleWords[] = {
    {"exact", "listed under this name"},
    {"alias", "an alias of it"},
    {"synthetic-prefix", "without the gateway's prefix"},
    {"provider-prefix", "without the provider's prefix"},
    {"context-suffix", "without [1m]"},
    {"bedrock", "without what Bedrock adds"},
    {"vertex-date", "the date as Vertex writes it"},
    {"vertex-default", "without Vertex's @default"},
    {"fast-suffix", "its fast mode"},
    {"local-provider", "served on a machine of one's own, which costs nothing"},
    {"drop-date", "without the date"},
    {"drop-latest", "without -latest"},
    {"claude-version", "the version spelled otherwise"},
    {"any-case", "in other letter case"},
};

}  // namespace

std::string usd_per_million(Picodollars a_token) {
  return format_usd({a_token.amount * 1'000'000});
}

std::string multiplier_text(const std::pair<int64_t, int64_t>& multiplier) {
  constexpr Picodollars::Wide one = 1'000'000'000'000;
  return format_usd({one * multiplier.first / multiplier.second});
}

std::string multiplier_cause(std::string_view name) {
  if (name == "fast") return "speed fast";
  return name == "us" ? "inference in us" : std::string(name);
}

std::string date_of(Instant instant) {
  constexpr size_t date_length = 10;
  return format_instant(instant).substr(0, date_length);
}

std::string_view origin_name(PriceOrigin origin) {
  switch (origin) {
    case PriceOrigin::Ledger:
      return "ledger";
    case PriceOrigin::Override:
      return "override";
    case PriceOrigin::Bundled:
      break;
  }
  return "bundled";
}

std::string clock_text(int minutes) {
  const auto two_digits = [](int number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
  };
  return two_digits(minutes / 60) + ":" + two_digits(minutes % 60);
}

std::string hours_text(const PeakHours& peak) {
  std::string text;
  for (const auto& [from, to] : peak.minutes)
    text += (text.empty() ? "" : " and ") + clock_text(from) + "–" + clock_text(to);
  return text + " UTC" + (peak.is_weekdays_only ? ", Monday to Friday" : "");
}

std::string_view rule_words(std::string_view rule) {
  for (const RuleWords& known : kRuleWords)
    if (known.rule == rule) return known.words;
  return rule;
}

}  // namespace relayburn
