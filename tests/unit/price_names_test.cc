// Which listed model a logged name stands for.

#include <catch2/catch.hpp>

#include "tests/unit/price_lists.h"

namespace relayburn {
namespace {

using Rules = std::vector<std::string>;

std::string found(std::string_view name, std::string_view source = "claude-code") {
  return found_model(PriceTable::embedded(), source, name);
}

Rules rules(std::string_view name, std::string_view source = "claude-code") {
  return PriceTable::embedded().find(source, name).rules;
}

TEST_CASE("a model without a price is unpriced", "[price_names]") {
  const PriceTable& table = PriceTable::embedded();
  PriceFacts facts;
  facts.source = "codex";
  CHECK(usd(table, facts, {}) == "unpriced");
  CHECK(usd(table, facts_of(""), {}) == "unpriced");
  CHECK(usd(table, facts_of("no-such-model"), {1, 1, 0, 0, 0, 0, 0}) == "unpriced");
  CHECK(usd(table, facts_of("claude-opus-4-6"), {}) == "0.0");
}

TEST_CASE("never a sibling's price", "[price_names]") {
  for (const char* name :
       {"gpt-5.9", "gpt-5.4-turbo", "gpt-5-4", "claude-opus-4-6-mini", "claude-opus", "claude",
        "claude-opus-4-6:free", "claude-sonnet-9-5", "gpt-5.4-v2", "deepseek-v4", "<synthetic>",
        "anthropic", "openai/", "claude-opus-4-6-2026", "claude-opus-4-60", "opus",
        "claude-sonnet-4-55@default", "gpt"}) {
    CAPTURE(name);
    CHECK(found(name) == "unpriced");
    CHECK(rules(name).empty());
  }
}

TEST_CASE("each naming rule finds its model and is recorded", "[price_names]") {
  struct Case {
    const char* name;
    const char* model;
    Rules rules;
  };
  const Case cases[] = {
      {"claude-opus-4-6", "anthropic/claude-opus-4-6", {"exact"}},
      {"codex-auto-review", "openai/codex-auto-review", {"exact"}},
      {"accounts/fireworks/models/glm-5.2", "zai/glm-5.2", {"synthetic-prefix"}},
      {"openai/gpt-5", "openai/gpt-5", {"provider-prefix"}},
      {"openrouter/anthropic/claude-opus-5",
       "anthropic/claude-opus-5",
       {"provider-prefix", "provider-prefix"}},
      {"claude-opus-4-6[1m]", "anthropic/claude-opus-4-6", {"context-suffix"}},
      {"us.anthropic.claude-sonnet-4-5-20250929-v1:0",
       "anthropic/claude-sonnet-4-5-20250929",
       {"bedrock"}},
      {"anthropic.claude-3-5-sonnet-20241022-v2:0",
       "anthropic/claude-3-5-sonnet-20241022",
       {"bedrock"}},
      {"claude-sonnet-4-5@20250929", "anthropic/claude-sonnet-4-5-20250929", {"vertex-date"}},
      {"claude-opus-5-20260901", "anthropic/claude-opus-5", {"drop-date"}},
      {"gpt-5.3-codex-2026-02-05", "openai/gpt-5.3-codex", {"drop-date"}},
      {"claude-opus-4-6-latest", "anthropic/claude-opus-4-6", {"drop-latest"}},
      {"claude-3-5-haiku-latest", "anthropic/claude-3-5-haiku-latest", {"exact"}},
      {"claude-sonnet-4.5", "anthropic/claude-sonnet-4-5", {"claude-version"}},
      {"anthropic/claude-sonnet-4.5",
       "anthropic/claude-sonnet-4-5",
       {"provider-prefix", "claude-version"}},
      {"claude-3.5-sonnet-20240620", "anthropic/claude-3-5-sonnet-20240620", {"claude-version"}},
      {"GPT-5", "openai/gpt-5", {"any-case"}},
      {"CLAUDE-SONNET-4.5", "anthropic/claude-sonnet-4-5", {"claude-version", "any-case"}},
      {"US.Anthropic.Claude-Opus-4-5-20251101-V1:0",
       "anthropic/claude-opus-4-5-20251101",
       {"bedrock", "any-case"}},
      {"us.anthropic.claude-opus-4-6-v1[1m]",
       "anthropic/claude-opus-4-6",
       {"context-suffix", "bedrock"}},
  };
  for (const Case& expected : cases) {
    CAPTURE(expected.name);
    CHECK(found(expected.name) == expected.model);
    CHECK(rules(expected.name) == expected.rules);
  }
}

TEST_CASE("a dated model keeps its own price in any case", "[price_names]") {
  CHECK(found("gpt-4o-2024-05-13") == "openai/gpt-4o-2024-05-13");
  CHECK(found("GPT-4O-2024-05-13") == "openai/gpt-4o-2024-05-13");
}

TEST_CASE("an alias stands back behind the name itself", "[price_names]") {
  const auto without = table_of(R"("openai":{"gpt-5.2-codex":[{"input":1,"output":1}]})");
  CHECK(found_model(without, "codex", "codex-auto-review") == "openai/gpt-5.2-codex");
  CHECK(without.find("codex", "codex-auto-review").rules == Rules{"alias"});
  CHECK(without.find("opencode", "openai/codex-auto-review").rules ==
        Rules{"provider-prefix", "alias"});
}

TEST_CASE("of several providers the one that the turn speaks for is taken", "[price_names]") {
  const std::string m = R"(:{"m":[{"input":1,"output":1}]})";
  const auto table = table_of("\"zai\"" + m + ",\"alibaba\"" + m + ",\"openai\"" + m +
                              ",\"anthropic\"" + m + ",\"xai\"" + m + ",\"google\"" + m);
  CHECK(found_model(table, "claude-code", "m") == "anthropic/m");
  CHECK(found_model(table, "codex", "m") == "openai/m");
  CHECK(found_model(table, "opencode", "m") == "anthropic/m");
  CHECK(found_model(table, "opencode", "zai/m") == "zai/m");
  CHECK(found_model(table, "opencode", "ZAI/m") == "zai/m");
  CHECK(found_model(table, "opencode", "openrouter/xai/m") == "xai/m");
  CHECK(found_model(table, "opencode", "openrouter/m") == "anthropic/m");
  CHECK(found_model(table, "codex", "zai/m") == "openai/m");

  const auto others = table_of("\"zai\"" + m + ",\"alibaba\"" + m + ",\"xai\"" + m);
  CHECK(found_model(others, "codex", "m") == "xai/m");
  const auto rest = table_of("\"zai\"" + m + ",\"alibaba\"" + m);
  CHECK(found_model(rest, "codex", "m") == "zai/m");  // it makes models, and does not resell
  CHECK(found_model(rest, "codex", "zai/m") == "zai/m");
  CHECK(found("zai/glm-5.2", "opencode") == "zai/glm-5.2");
}

TEST_CASE("names that a list writes in capitals or with dots are found", "[price_names]") {
  const auto table = table_of(
      R"("a":{"MiniMax-M2":[{"input":1,"output":1}],"claude-x-4.5":[{"input":1,"output":1}]})");
  CHECK(found_model(table, "opencode", "minimax-m2") == "a/MiniMax-M2");
  CHECK(found_model(table, "opencode", "claude-x-4-5") == "a/claude-x-4.5");
}

TEST_CASE("the fast mode of a name with something behind it", "[price_names]") {
  for (const char* name : {"claude-opus-4-8-fast", "claude-opus-4-8-fast[1m]",
                           "anthropic/claude-opus-4-8-fast@default"}) {
    CAPTURE(name);
    CHECK(PriceTable::embedded().find("opencode", name).is_fast);
  }
}

TEST_CASE("a local provider, however it is spelt", "[price_names]") {
  for (const char* name : {"ollama/glm-5.2", "LM_Studio/glm-5.2", "llama.cpp/glm-5.2",
                           "llama_cpp/glm-5.2", "docker_model_runner/glm-5.2", "ollama_chat/x"}) {
    CAPTURE(name);
    CHECK(rules(name, "opencode") == Rules{"local-provider"});
  }
}

}  // namespace
}  // namespace relayburn
