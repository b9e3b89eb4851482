// What is refused as a price list, and how it is said.

#include "core/pricing/price_list.h"

#include <catch2/catch.hpp>

#include "core/base/error.h"

namespace relayburn {
namespace {

std::string problem_of(const std::string& json) {
  try {
    PriceTable::parse(json, "p.json");
  } catch (const Error& error) {
    CHECK(error.kind == ErrorKind::Usage);
    return error.what();
  }
  return "accepted";
}

std::string problem_of_span(const std::string& span) {
  return problem_of("{\"snapshot\":\"s\",\n\"providers\":{\"a\":{\"m\":[\n" + span + "\n]}}}");
}

TEST_CASE("bad rates are refused with file, line and model", "[price_list]") {
  CHECK(problem_of_span(R"({"input":-1,"output":1})") ==
        "p.json:3: a/m: input must be a number from 0 to 1000000 with at most 6 decimals, got -1");
  CHECK(problem_of_span("{\"input\":1,\n\"output\":0.0000001}") ==
        "p.json:4: a/m: output must be a number from 0 to 1000000 with at most 6 decimals, got "
        "0.0000001");
  CHECK(problem_of_span(R"({"input":"3","output":1})") ==
        "p.json:3: a/m: expected a number for input, got a string");
  CHECK(problem_of_span(R"({"input":null,"output":1})") ==
        "p.json:3: a/m: expected a number for input, got null");
  CHECK(problem_of_span(R"({"input":1e30,"output":1})").find("got 1e30") != std::string::npos);
  CHECK(problem_of_span(R"({"input":1})") == "p.json:3: a/m: a price needs input and output");
  CHECK(problem_of_span(R"({"input":1,"output":1,"webSearchRequest":0.0000000000001})")
            .find("12 decimals") != std::string::npos);
}

TEST_CASE("prices that a multiplier would split are refused", "[price_list]") {
  const std::string problem =
      "p.json:3: a/m: a price of 1 picodollars is not whole after its multipliers";
  const auto with = [](const std::string& rest) {
    return problem_of_span(R"({"input":1,"output":1,)" + rest + "}");
  };
  CHECK(with(R"("cacheRead":0.000001,"multipliers":{"us":1.1})") == problem);
  CHECK(with(R"("cacheRead":0.000001,"multipliers":{"fast":1.5})") == problem);
  CHECK(with(R"("webSearchRequest":0.000000000001,"multipliers":{"us":1.1})") == "accepted");
  CHECK(with(R"("tiers":[{"aboveContextTokens":1,"output":0.000001}],"multipliers":{"us":1.1})") ==
        problem);
  CHECK(with(R"("serviceTiers":{"flex":{"output":0.000001}},"multipliers":{"us":1.1})") == problem);
  // Whole after each, not after both.
  CHECK(with(R"("cacheRead":0.000002,"multipliers":{"fast":1.5,"us":1.5})") != "accepted");
  CHECK(with(R"("cacheRead":0.000004,"multipliers":{"fast":1.5,"us":1.5})") == "accepted");
  CHECK(with(R"("cacheRead":0.000001,"multipliers":{"fast":6.0,"us":2})") == "accepted");
}

TEST_CASE("lists that contradict themselves are refused", "[price_list]") {
  const auto span = [](const std::string& rest) {
    return problem_of_span(R"({"input":1,"output":1)" + rest + "}");
  };
  CHECK(span(R"(},{"input":2,"output":2)") == "p.json:3: a/m: two prices begin on one date");
  CHECK(span(R"(,"from":"2026-01-01"},)"
             "\n"
             R"({"input":2,"output":2,"from":"2026-01-01")") ==
        "p.json:4: a/m: two prices begin on one date");
  CHECK(span(R"(,"input":2)") == "p.json:3: a/m: input is stated twice");
  CHECK(span(R"(,"tiers":[{"aboveContextTokens":5},{"aboveContextTokens":5}])") ==
        "p.json:3: a/m: two tiers begin at one context size");
  CHECK(problem_of_span("") == "p.json:2: a/m: the model has no price");
  const std::string m = R"("m":[{"input":1,"output":1}])";
  const auto providers = [](const std::string& text) {
    return problem_of(R"({"snapshot":"s","providers":{)" + text + "}}");
  };
  CHECK(providers("\"a\":{" + m + "," + m + "}") == "p.json:1: a/m: the model is listed twice");
  CHECK(providers("\"a\":{" + m + "},\"a\":{}") == "p.json:1: a: the provider is listed twice");
}

TEST_CASE("wrong types and values are refused, unknown keys are not", "[price_list]") {
  const auto accepted = [](const std::string& rest) {
    return problem_of_span(R"({"input":1,"output":1,)" + rest + "}") == "accepted";
  };
  CHECK(accepted(R"("novelty":{"deep":[1,{"x":null}]},"reasoning":4)"));
  for (const char* rest : {R"("from":"2026-02-30")",
                           R"("from":"2026-7-28")",
                           R"("from":"2026-07-28T00:00:00Z")",
                           R"("from":"20260728xx")",
                           R"("from":20260728)",
                           R"("from":"")",
                           R"("tiers":{})",
                           R"("tiers":[1])",
                           R"("tiers":[{"input":1}])",
                           R"("tiers":[{"aboveContextTokens":1.5}])",
                           R"("tiers":[{"aboveContextTokens":-1}])",
                           R"("serviceTiers":[])",
                           R"("serviceTiers":{"flex":1})",
                           R"("serviceTiers":{"flex":{"input":"1"}})",
                           R"("multipliers":{"us":0})",
                           R"("multipliers":{"us":"1.1"})",
                           R"("multipliers":{"us":101})",
                           R"("multipliers":1)",
                           R"("webSearchRequest":true)",
                           R"("reasoning":"4")",
                           R"("cacheRead":01)",
                           R"("cacheRead":1.)",
                           R"("cacheRead":+1)"}) {
    CAPTURE(rest);
    CHECK_FALSE(accepted(rest));
  }
}

TEST_CASE("what is no price list is refused", "[price_list]") {
  for (const char* json : {"",
                           " ",
                           "[]",
                           "null",
                           "3",
                           "{",
                           "{}",
                           R"({"snapshot":"s"})",
                           R"({"providers":{}})",
                           R"({"snapshot":1,"providers":{}})",
                           R"({"snapshot":"s","providers":[]})",
                           R"({"snapshot":"s","providers":{"a":[]}})",
                           R"({"snapshot":"s","providers":{"a":{"m":{}}}})",
                           R"({"snapshot":"s","providers":{"a":{"m":[3]}}})",
                           R"({"snapshot":"s","providers":{}} x)",
                           R"({"snapshot":"s","providers":{},"note":nonsense})",
                           R"({"snapshot":"s","providers":{},"note":nulx})",
                           R"({"snapshot":"s","providers":{},"note":[1 2]})",
                           R"({"snapshot":"s","providers":{},"note":{"a":trux}})",
                           R"({"snapshot":"s","providers":{},"note":[{}})",
                           R"({"snapshot":"s","providers":{}}{})",
                           R"({"snapshot":"s","providers":{},"unit":"EUR per token"})",
                           "{\"snapshot\":\"\xff\"}",
                           R"({"snapshot":"s","providers":{"a":{"m":[{"input":1,"output":)",
                           R"({"snapshot":"s)"}) {
    CAPTURE(json);
    const std::string problem = problem_of(json);
    CHECK(problem != "accepted");
    CHECK(problem.rfind("p.json", 0) == 0);
  }
  CHECK(problem_of(R"({"snapshot":"s","providers":{}})") == "accepted");
  CHECK(problem_of("{\"snapshot\":\"s\",\n\"providers\":{\n\"a\" 3}}").rfind("p.json:3: ", 0) == 0);
}

}  // namespace
}  // namespace relayburn
