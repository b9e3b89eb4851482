#include "core/billing/bill.h"

#include <catch2/catch.hpp>
#include <string>

#include "core/base/error.h"
#include "tests/unit/usage_reports.h"

namespace relayburn {
namespace {

using Texts = std::vector<std::string>;

Bill bill_of(std::initializer_list<std::string_view> texts) {
  std::vector<ProviderReport> reports;
  for (const std::string_view text : texts)
    reports.push_back(parse_provider_report(text, "r" + std::to_string(reports.size() + 1)));
  return Bill(std::move(reports));
}

std::string problem(std::initializer_list<std::string_view> texts) {
  try {
    bill_of(texts);
  } catch (const Error& error) {
    CHECK(error.kind == ErrorKind::Usage);
    return error.what();
  }
  return "none";
}

UtcDay day(std::string_view date) {
  return utc_day(*parse_instant(std::string(date) + "T00:00:00Z"));
}

TEST_CASE("reports of several providers, of costs and of usage go together", "[bill]") {
  const Bill bill = bill_of({kAnthropicCosts, kAnthropicUsage, kOpenAiCosts, kOpenAiUsageCsv});
  CHECK((bill.days() == std::pair(day("2026-12-01"), day("2026-12-02"))));
  CHECK(bill.covers(ReportContent::Costs, "anthropic", day("2026-12-02")));
  CHECK(bill.covers(ReportContent::Usage, "openai", day("2026-12-02")));
  CHECK_FALSE(bill.covers(ReportContent::Costs, "anthropic", day("2026-12-03")));
  CHECK_FALSE(bill.covers(ReportContent::Costs, "google", day("2026-12-01")));
  CHECK(bill.names_models(ReportContent::Costs, "anthropic"));
}

TEST_CASE("a day is given once", "[bill]") {
  CHECK(problem({kAnthropicCosts, kAnthropicCostsCsv}) ==
        "the costs of anthropic on 2026-12-01 are both in r1 and in r2");
  CHECK(problem({kOpenAiUsage, kOpenAiUsageCsv}) ==
        "the usage of openai on 2026-12-01 are both in r1 and in r2");
  const std::string twice = std::string(kOpenAiCosts) + std::string(kOpenAiCosts);
  CHECK(problem({twice}) == "the costs of openai on 2026-12-01 are more than once in r1");
}

TEST_CASE("a day is given whole", "[bill]") {
  CHECK(problem({R"({"data":[{"starting_at":"2026-12-01T00:00:00Z",)"
                 R"("ending_at":"2026-12-01T01:00:00Z",)"
                 R"("results":[{"uncached_input_tokens":1,"output_tokens":1}]}]})"}) ==
        "r1: holds only a part of 2026-12-01 (UTC)");
}

TEST_CASE("what reports leave open is said", "[bill]") {
  CHECK(bill_of({kAnthropicCosts}).warnings().empty());
  CHECK(bill_of({kAnthropicUsage}).warnings() ==
        Texts{"r1: says that more pages follow, and they were not given"});
  CHECK(bill_of({R"({"data":[]})"}).warnings() ==
        Texts{"r1: holds nothing, neither costs nor usage"});
  const std::string last =
      R"({"data":[{"starting_at":"2026-12-03T00:00:00Z","ending_at":"2026-12-04T00:00:00Z",)"
      R"("results":[{"uncached_input_tokens":1,"output_tokens":1}]}],"has_more":false})";
  CHECK(bill_of({kAnthropicUsage, last}).warnings().empty());
}

TEST_CASE("no report is no bill", "[bill]") {
  const Bill bill({});
  CHECK(bill.is_empty());
  CHECK_FALSE(bill.days());
  CHECK_FALSE(bill.covers(ReportContent::Costs, "anthropic", 0));
}

}  // namespace
}  // namespace relayburn
