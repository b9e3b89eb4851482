#include "core/billing/provider_report.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "tests/unit/usage_reports.h"

namespace relayburn {
namespace {

ProviderReport parsed(std::string_view text) { return parse_provider_report(text, "r"); }

// What is wrong with a report, as people read it.
std::string problem(std::string_view text) {
  try {
    parsed(text);
  } catch (const Error& error) {
    CHECK(error.kind == ErrorKind::Usage);
    return error.what();
  }
  return "none";
}

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string changed(text);
  const size_t at = changed.find(from);
  REQUIRE(at != std::string::npos);
  return changed.replace(at, from.size(), to);
}

// "day model|workspace|project|key" of each line.
std::vector<std::string> items(const ProviderReport& report) {
  std::vector<std::string> items;
  for (const auto& [item, amount] : report.lines)
    items.push_back(day_name(item.day) + " " + item.model.value_or("-") + "|" +
                    item.workspace.value_or("-") + "|" + item.project.value_or("-") + "|" +
                    item.api_key.value_or("-"));
  return items;
}

std::vector<std::string> costs(const ProviderReport& report) {
  std::vector<std::string> costs;
  for (const auto& [item, amount] : report.lines) costs.push_back(format_usd(amount.cost));
  return costs;
}

using Texts = std::vector<std::string>;

void check_days(const ProviderReport& report, const std::string& first, const std::string& last) {
  REQUIRE_FALSE(report.covered_us.empty());
  CHECK(day_name(report.covered_us.begin()->first) == first);
  CHECK(day_name(report.covered_us.rbegin()->first) == last);
}

TEST_CASE("Anthropic's cost report: amounts are cents", "[provider_report]") {
  const ProviderReport report = parsed(kAnthropicCosts);
  CHECK(report.provider == "anthropic");
  CHECK((report.content == ReportContent::Costs));
  CHECK(items(report) == Texts{"2026-12-01 -|-|-|-", "2026-12-01 claude-opus-4-6|wrkspc_1|-|-"});
  CHECK(costs(report) == Texts{"0.02", "1.2345"});
  check_days(report, "2026-12-01", "2026-12-02");
  CHECK_FALSE(report.has_more);
}

TEST_CASE("Anthropic's usage report", "[provider_report]") {
  const ProviderReport report = parsed(kAnthropicUsage);
  CHECK((report.content == ReportContent::Usage));
  CHECK(items(report) == Texts{"2026-12-01 claude-opus-4-6|wrkspc_1|-|apikey_1"});
  const TokenCounts tokens = report.lines.begin()->second.tokens;
  CHECK((tokens == TokenCounts{1500, 50, 0, 200, 500, 1000, 10}));
  CHECK(report.has_more);
}

TEST_CASE("OpenAI's costs: numbers and strings of dollars", "[provider_report]") {
  const ProviderReport report = parsed(kOpenAiCosts);
  CHECK(report.provider == "openai");
  CHECK((report.content == ReportContent::Costs));
  CHECK(items(report) == Texts{"2026-12-01 -|-|-|-", "2026-12-01 gpt-5-2025-08-07|-|proj_1|-"});
  CHECK(costs(report) == Texts{"0.00383598", "0.06"});
  check_days(report, "2026-12-01", "2026-12-02");
}

TEST_CASE("OpenAI's usage: cached tokens are part of the input", "[provider_report]") {
  const ProviderReport report = parsed(kOpenAiUsage);
  CHECK((report.content == ReportContent::Usage));
  CHECK(items(report) == Texts{"2026-12-01 gpt-5-2025-08-07|-|proj_1|key_1"});
  CHECK((report.lines.begin()->second.tokens == TokenCounts{200, 500, 0, 800, 0, 0, 0}));
}

TEST_CASE("the CSV of Anthropic's costs: days without a row cost nothing", "[provider_report]") {
  const ProviderReport report = parsed(kAnthropicCostsCsv);
  CHECK(report.provider == "anthropic");
  CHECK(items(report) == Texts{"2026-12-01 Claude Opus 4.6|Default, ours|-|apikey_1",
                               "2026-12-03 Claude Haiku 4.5|The \"big\" one|-|apikey_1"});
  CHECK(costs(report) == Texts{"0.07", "0.3"});
  CHECK(report.covered_us.size() == 3);
}

TEST_CASE("the CSV of Anthropic's usage", "[provider_report]") {
  const ProviderReport report = parsed(kAnthropicUsageCsv);
  CHECK((report.content == ReportContent::Usage));
  REQUIRE(items(report).size() == 2);
  CHECK(items(report)[0] == "2026-12-01 claude-haiku-4-5-20251001|Default|-|ci");
  CHECK((report.lines.begin()->second.tokens == TokenCounts{10, 30, 0, 200, 5, 1, 2}));
}

TEST_CASE("the CSV of OpenAI's costs has a row for a day without any", "[provider_report]") {
  const ProviderReport report = parsed(kOpenAiCostsCsv);
  CHECK(report.provider == "openai");
  CHECK(items(report) == Texts{"2026-12-01 -|-|proj_2|-", "2026-12-01 gpt-5-nano|-|proj_1|-"});
  CHECK(costs(report) == Texts{"0.5", "0.895874"});
  CHECK(report.covered_us.size() == 2);
}

TEST_CASE("the CSV of OpenAI's usage", "[provider_report]") {
  const ProviderReport report = parsed(kOpenAiUsageCsv);
  CHECK((report.content == ReportContent::Usage));
  CHECK((report.lines.begin()->second.tokens == TokenCounts{53440, 10646, 0, 5760, 0, 0, 0}));
  CHECK(report.covered_us.size() == 2);
}

TEST_CASE("pages come one after the other, or in an array", "[provider_report]") {
  const std::string first(kAnthropicCosts);
  const std::string second = replaced(
      replaced(
          replaced(replaced(first, "2026-12-02T", "2026-12-04T"), "2026-12-01T", "2026-12-03T"),
          "2026-12-02T", "2026-12-04T"),
      "2026-12-03T00:00:00Z\", \"results\": []", "2026-12-05T00:00:00Z\", \"results\": []");
  for (const std::string& text : {first + second, "[" + first + "," + second + "]"}) {
    const ProviderReport report = parsed(text);
    CHECK(report.lines.size() == 4);
    check_days(report, "2026-12-01", "2026-12-04");
  }
}

TEST_CASE("a byte-order mark and blank lines do not matter", "[provider_report]") {
  CHECK(parsed("\xef\xbb\xbf" + std::string(kAnthropicCosts)).lines.size() == 2);
  CHECK(parsed("\xef\xbb\xbf" + std::string(kAnthropicUsageCsv) + "\r\n\n").lines.size() == 2);
}

TEST_CASE("hours add up to days", "[provider_report]") {
  std::string page = R"({"data":[)";
  for (int hour = 0; hour < 24; ++hour) {
    const auto time = [](int h) {
      const std::string digits = std::to_string(h % 24);
      return std::string(h < 24 ? "2026-12-01T" : "2026-12-02T") + (digits.size() < 2 ? "0" : "") +
             digits + ":00:00Z";
    };
    page += std::string(hour > 0 ? "," : "") + R"({"starting_at":")" + time(hour) +
            R"(","ending_at":")" + time(hour + 1) +
            R"(","results":[{"uncached_input_tokens":1,"output_tokens":2,"model":null}]})";
  }
  const ProviderReport report = parsed(page + "]}");
  CHECK(report.covered_us.size() == 1);
  CHECK(report.covered_us.begin()->second == int64_t{86'400} * 1'000'000);
  CHECK(report.lines.begin()->second.tokens.output == 48);
}

TEST_CASE("a report of empty buckets says nothing", "[provider_report]") {
  const ProviderReport report = parsed(R"({"data":[],"has_more":false,"next_page":null})");
  CHECK((report.content == ReportContent::Nothing));
  CHECK(report.covered_us.empty());
}

TEST_CASE("what does not fit is named with its line and pointer", "[provider_report]") {
  CHECK(problem(replaced(kAnthropicCosts, "\"123.45\"", "123.45")) ==
        "r:5: /data/0/results/0/amount: expected a decimal string of cents, got '123.45'");
  CHECK(problem(replaced(kAnthropicCosts, "\"123.45\"", "null")) ==
        "r:5: /data/0/results/0/amount: expected a decimal string of cents, got no value");
  CHECK(problem(replaced(kAnthropicCosts, "USD", "EUR")) ==
        "r:5: /data/0/results/0/currency: expected the currency usd, got 'EUR'");
  CHECK(problem(replaced(kAnthropicUsage, "1500", "-1")) ==
        "r:5: /data/0/results/0/uncached_input_tokens: expected a whole number from 0 to 2^40, "
        "got '-1'");
  CHECK(
      problem(replaced(kAnthropicUsage, "\"output_tokens\": 50,", "")) ==
      "r:5: /data/0/results/0/output_tokens: expected a whole number from 0 to 2^40, got nothing");
  CHECK(problem(replaced(kOpenAiUsage, "800", "1001")) ==
        "r:7: /data/0/results/0/input_cached_tokens: expected no more than input_tokens, got "
        "'1001'");
  CHECK(problem(replaced(kOpenAiCosts, "\"value\": 0.06, ", "")) ==
        "r:6: /data/0/results/0/amount/value: expected an amount in dollars, got nothing");
  CHECK(problem(replaced(kAnthropicCosts, "2026-12-02T00:00:00Z", "2026-12-03T00:00:00Z")) ==
        "r:3: /data/0: expected a bucket that lies within one day of UTC");
  CHECK(problem(replaced(kAnthropicCosts, "2026-12-01T00:00:00Z", "yesterday")) ==
        "r:3: /data/0/starting_at: expected a time as RFC 3339 has it, got 'yesterday'");
  CHECK_THAT(problem(replaced(kOpenAiUsage, "usage.completions", "usage.embeddings")),
             Catch::StartsWith("r:6: /data/0/results/0: expected a result of a cost report"));
  CHECK_THAT(problem(R"({"error":{"type":"authentication_error"}})"),
             Catch::StartsWith("r:1: expected a page"));
  CHECK_THAT(problem("[1]"), Catch::StartsWith("r:1: /0: expected a page"));
  CHECK_THAT(problem("{\n\"data\":7}"), Catch::StartsWith("r:2: /data: expected an array"));
  CHECK_THAT(problem(std::string(kAnthropicCosts) + "x"), Catch::Contains("not valid JSON"));
}

TEST_CASE("what does not fit in a table is named with its line and column", "[provider_report]") {
  CHECK(problem(replaced(kAnthropicCostsCsv, ",0.30,0.30,", ",free,0.30,")) ==
        "r:4: cost_usd: expected an amount in dollars, got 'free'");
  CHECK(problem(replaced(kAnthropicCostsCsv, "2026-12-03", "Dec 3")) ==
        "r:4: usage_date_utc: expected a day such as 2026-11-22, got 'Dec 3'");
  CHECK(problem(replaced(kAnthropicUsageCsv, ",30,2,,", ",30,2,")) ==
        "r:2: expected 14 cells, as in the header, got 13");
  CHECK(problem(replaced(kOpenAiCostsCsv, "usd", "eur")) ==
        "r:2: amount_currency: expected the currency usd, got 'eur'");
  CHECK(problem(replaced(kOpenAiCostsCsv, "nano, input_tokens\"", "nano\"x")) ==
        "r:2: expected a comma or the end of the line after a cell");
  CHECK_THAT(problem("foo,bar\n1,2\n"),
             Catch::StartsWith("r:1: expected a usage or cost report of Anthropic or OpenAI") &&
                 Catch::EndsWith("the columns are: foo, bar"));
  CHECK_THAT(problem("a\xff,b\n"), Catch::Contains("UTF-8"));
  CHECK_THAT(problem(""), Catch::StartsWith("r:1: expected"));
  CHECK_THAT(problem(std::string(kMaxReportBytes + 1, 'x')), Catch::Contains("64 MiB"));
}

TEST_CASE("one file is one report", "[provider_report]") {
  CHECK_THAT(problem(std::string(kAnthropicCosts) + std::string(kAnthropicUsage)),
             Catch::Contains("expected a result of the same report as those before it"));
  CHECK_THAT(problem(std::string(kAnthropicCosts) + std::string(kOpenAiCosts)),
             Catch::Contains("expected a result of the same report as those before it"));
}

// Whatever a broken transfer or an editor leaves: read, or refused with a message; never a crash.
TEST_CASE("reports that are cut or damaged anywhere are read or refused", "[provider_report]") {
  for (const std::string_view whole : kUsageReports) {
    CHECK(problem(whole) == "none");
    for (size_t length = 0; length < whole.size(); ++length) problem(whole.substr(0, length));
    for (size_t at = 0; at < whole.size(); ++at)
      for (const char byte : {'\0', '"', '{', ',', '9', '\xff'}) {
        std::string damaged(whole);
        damaged[at] = byte;
        problem(damaged);
      }
  }
}

TEST_CASE("JSON that is cut is refused", "[provider_report]") {
  for (const std::string_view whole :
       {kAnthropicCosts, kAnthropicUsage, kOpenAiCosts, kOpenAiUsage})
    for (size_t length = 0; length + 2 < whole.size(); ++length) {
      CAPTURE(length);
      CHECK(problem(whole.substr(0, length)) != "none");
    }
}

TEST_CASE("nesting of any depth is refused or passed over", "[provider_report]") {
  for (const size_t depth : {10u, 2'000u, 200'000u}) {
    const std::string open(depth, '['), close(depth, ']');
    problem(open + close);
    problem(R"({"data":[{"starting_at":"2026-12-01T00:00:00Z","results":[{"amount":)" + open +
            close + "}]}]}");
    std::string objects;
    for (size_t i = 0; i < depth; ++i) objects += "{\"a\":";
    problem(objects + "1" + std::string(depth, '}'));
  }
}

}  // namespace
}  // namespace relayburn
