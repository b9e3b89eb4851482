#include "core/pricing/model_name.h"

#include <algorithm>
#include <array>

namespace relayburn {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

// An affix never is the whole name: what it leaves must be something to look up.
bool take_prefix(std::string_view& name, std::string_view prefix) {
  if (name.size() <= prefix.size()) return false;
  if (!equals_ignoring_case(name.substr(0, prefix.size()), prefix)) return false;
  name.remove_prefix(prefix.size());
  return true;
}

bool take_suffix(std::string_view& name, std::string_view suffix) {
  if (name.size() <= suffix.size()) return false;
  if (!equals_ignoring_case(name.substr(name.size() - suffix.size()), suffix)) return false;
  name.remove_suffix(suffix.size());
  return true;
}

bool is_claude(std::string_view name) { return take_prefix(name, "claude"); }

size_t trailing_digits(std::string_view name) {
  const auto last = std::find_if_not(name.rbegin(), name.rend(), is_digit);
  return static_cast<size_t>(last - name.rbegin());
}

// "-v1" or "-v1:0" at the end; `is_bare_allowed` admits the first form, too.
bool take_bedrock_version(std::string_view& name, bool is_bare_allowed) {
  std::string_view rest = name;
  const size_t last = trailing_digits(rest);
  if (last == 0) return false;
  rest.remove_suffix(last);
  const bool has_revision = take_suffix(rest, ":");
  if (has_revision) {
    const size_t version = trailing_digits(rest);
    if (version == 0) return false;
    rest.remove_suffix(version);
  }
  if (!take_suffix(rest, "-v") || !(has_revision || is_bare_allowed)) return false;
  name = rest;
  return true;
}

// YYYYMMDD of this or the last century, so that no other run of eight digits passes for a day.
bool is_day(std::string_view digits) {
  if (digits.size() != 8 || trailing_digits(digits) != 8) return false;
  const auto century = digits.substr(0, 2);
  const auto month = digits.substr(4, 2);
  const auto day = digits.substr(6, 2);
  return (century == "19" || century == "20") && month >= "01" && month <= "12" && day >= "01" &&
         day <= "31";
}

// `name` without `length` characters and the '-' before them.
std::optional<std::string_view> without_tail(std::string_view name, size_t length) {
  name.remove_suffix(length);
  if (!take_suffix(name, "-")) return std::nullopt;
  return name;
}

// Lengths of the runs of digits on both sides of position `i`.
std::pair<size_t, size_t> digit_runs_beside(std::string_view name, size_t i) {
  const auto right = name.substr(i + 1);
  const auto end = std::find_if_not(right.begin(), right.end(), is_digit);
  return {trailing_digits(name.substr(0, i)), static_cast<size_t>(end - right.begin())};
}

// Versions have one or two digits; the longer runs beside a '-' are dates and stay apart.
bool is_version_separator(std::string_view name, size_t i) {
  const auto [left, right] = digit_runs_beside(name, i);
  return left >= 1 && left <= 2 && right >= 1 && right <= 2;
}

std::string with_version_separator(std::string_view name, char from, char to) {
  std::string respelled(name);
  for (size_t i = 0; i < name.size(); ++i) {
    if (name[i] == from && is_version_separator(name, i)) respelled[i] = to;
  }
  return respelled;
}

using Step = std::optional<std::string> (*)(std::string_view);

// Steps that only shorten, as steps that may rewrite.
template <std::optional<std::string_view> (*kShorten)(std::string_view)>
std::optional<std::string> as_step(std::string_view name) {
  const auto shorter = kShorten(name);
  return shorter ? std::optional<std::string>(*shorter) : std::nullopt;
}

struct NamedStep {
  const char* rule;
  Step apply;
  bool is_repeated;  // "openrouter/anthropic/x" has two provider prefixes
};

constexpr std::array<NamedStep, 8> kSteps = {{
    {"synthetic-prefix", as_step<drop_synthetic_prefix>, true},
    {"provider-prefix", as_step<drop_provider_prefix>, true},
    {"context-suffix", as_step<drop_context_suffix>, false},
    {"bedrock", as_step<drop_bedrock_parts>, false},
    {"vertex-date", respell_vertex_date, false},
    {"vertex-default", as_step<drop_vertex_default>, false},
    {"drop-date", as_step<drop_date>, false},
    {"drop-latest", as_step<drop_latest>, false},
}};

}  // namespace

std::optional<std::string_view> drop_synthetic_prefix(std::string_view name) {
  if (take_prefix(name, "accounts/fireworks/models/")) return name;
  if (take_prefix(name, "synthetic/")) return name;
  if (!take_prefix(name, "hf:")) return std::nullopt;
  const auto without_organisation = drop_provider_prefix(name);
  return without_organisation ? *without_organisation : name;
}

std::optional<std::string_view> drop_provider_prefix(std::string_view name) {
  const size_t slash = name.find('/');
  if (slash == std::string_view::npos || slash + 1 == name.size()) return std::nullopt;
  return name.substr(slash + 1);
}

std::optional<std::string_view> drop_context_suffix(std::string_view name) {
  if (!take_suffix(name, "[1m]")) return std::nullopt;
  return name;
}

std::optional<std::string_view> drop_bedrock_parts(std::string_view name) {
  constexpr std::string_view kRegions[] = {"us.", "eu.", "apac.", "global.", "jp.", "au."};
  std::string_view rest = name;
  for (const auto region : kRegions) {
    if (take_prefix(rest, region)) break;
  }
  const bool has_vendor = take_prefix(rest, "anthropic.");
  // Elsewhere a "-v2" tells two models apart, and dropping it would take a sibling's price.
  if (!is_claude(rest)) return std::nullopt;
  take_bedrock_version(rest, has_vendor);
  if (rest.size() == name.size()) return std::nullopt;
  return rest;
}

std::optional<std::string> respell_vertex_date(std::string_view name) {
  constexpr size_t kDayLength = 8;
  const size_t at = name.find_last_of('@');
  if (at == 0 || at == std::string_view::npos || name.size() - at - 1 != kDayLength ||
      !is_day(name.substr(at + 1))) {
    return std::nullopt;
  }
  std::string respelled(name);
  respelled[at] = '-';
  return respelled;
}

std::optional<std::string_view> drop_vertex_default(std::string_view name) {
  if (!take_suffix(name, "@default")) return std::nullopt;
  return name;
}

std::optional<std::string_view> drop_fast_suffix(std::string_view name) {
  if (!take_suffix(name, "-fast")) return std::nullopt;
  return name;
}

std::optional<std::string_view> drop_date(std::string_view name) {
  if (name.size() > 8 && is_day(name.substr(name.size() - 8))) return without_tail(name, 8);
  if (name.size() <= 10) return std::nullopt;
  const auto tail = name.substr(name.size() - 10);
  if (tail[4] != '-' || tail[7] != '-') return std::nullopt;
  std::string digits(tail.substr(0, 4));
  digits.append(tail.substr(5, 2)).append(tail.substr(8, 2));
  return is_day(digits) ? without_tail(name, 10) : std::nullopt;
}

std::optional<std::string_view> drop_latest(std::string_view name) {
  if (!take_suffix(name, "-latest")) return std::nullopt;
  return name;
}

std::vector<std::string> respell_claude_version(std::string_view name) {
  std::vector<std::string> respelled;
  if (!is_claude(name)) return respelled;
  for (const auto& [from, to] : {std::pair{'.', '-'}, std::pair{'-', '.'}}) {
    std::string other = with_version_separator(name, from, to);
    if (other != name) respelled.push_back(std::move(other));
  }
  return respelled;
}

std::optional<std::string_view> model_alias(std::string_view name) {
  if (equals_ignoring_case(name, "codex-auto-review")) return "gpt-5.2-codex";
  return std::nullopt;
}

std::vector<NameCandidate> name_candidates(std::string_view logged_name) {
  std::vector<NameCandidate> candidates{{std::string(logged_name), {}}};
  for (const NamedStep& step : kSteps) {
    while (auto name = step.apply(candidates.back().name)) {
      NameCandidate next{std::move(*name), candidates.back().rules};
      next.rules.emplace_back(step.rule);
      candidates.push_back(std::move(next));
      if (!step.is_repeated) break;
    }
  }
  return candidates;
}

}  // namespace relayburn
