#include "core/pricing/model_name.h"

#include <catch2/catch.hpp>

#include "core/pricing/price_table.h"

namespace relayburn {
namespace {

using Names = std::vector<std::string>;

std::string last_candidate(std::string_view logged) { return name_candidates(logged).back().name; }
Names last_rules(std::string_view logged) { return name_candidates(logged).back().rules; }

}  // namespace

TEST_CASE("prefixes of synthetic providers are dropped", "[model_name]") {
  CHECK(drop_synthetic_prefix("accounts/fireworks/models/kimi-k2") == "kimi-k2");
  CHECK(drop_synthetic_prefix("synthetic/glm-5.2") == "glm-5.2");
  CHECK(drop_synthetic_prefix("hf:zai-org/GLM-5.2") == "GLM-5.2");
  CHECK(drop_synthetic_prefix("hf:GLM-5.2") == "GLM-5.2");
  for (const char* name : {"gpt-5", "openai/gpt-5", "hf:", "synthetic/", "synthetic", ""}) {
    CAPTURE(name);
    CHECK_FALSE(drop_synthetic_prefix(name));
  }
}

TEST_CASE("a provider prefix is dropped up to the first slash", "[model_name]") {
  CHECK(drop_provider_prefix("openai/gpt-5") == "gpt-5");
  CHECK(drop_provider_prefix("openrouter/anthropic/claude-x") == "anthropic/claude-x");
  CHECK_FALSE(drop_provider_prefix("gpt-5"));
  CHECK_FALSE(drop_provider_prefix("openai/"));
}

TEST_CASE("the suffix of the long context is dropped", "[model_name]") {
  CHECK(drop_context_suffix("claude-opus-4-6[1m]") == "claude-opus-4-6");
  CHECK(drop_context_suffix("claude-opus-4-6[1M]") == "claude-opus-4-6");
  CHECK_FALSE(drop_context_suffix("claude-opus-4-6[2m]"));
  CHECK_FALSE(drop_context_suffix("[1m]"));
}

TEST_CASE("names of Bedrock lose region, vendor and version", "[model_name]") {
  for (const char* region : {"", "us.", "eu.", "apac.", "global.", "jp.", "au."}) {
    for (const char* version : {"", "-v1", "-v1:0", "-v12:34"}) {
      const auto name = std::string(region) + "anthropic.claude-sonnet-4-5-20250929" + version;
      CAPTURE(name);
      CHECK(drop_bedrock_parts(name) == "claude-sonnet-4-5-20250929");
    }
  }
  CHECK(drop_bedrock_parts("claude-sonnet-4-5-20250929-v1:0") == "claude-sonnet-4-5-20250929");
}

TEST_CASE("a version is dropped only where Bedrock appends one", "[model_name]") {
  for (const char* name : {"deepseek-v4", "us.deepseek.r1-v1:0", "claude-v2", "claude-opus-4-6",
                           "anthropic.", "us.anthropic.", "mistral-v1:0"}) {
    CAPTURE(name);
    CHECK_FALSE(drop_bedrock_parts(name));
  }
}

TEST_CASE("the date of Vertex is respelled", "[model_name]") {
  CHECK(respell_vertex_date("claude-sonnet-4-5@20250929") == "claude-sonnet-4-5-20250929");
  for (const char* name : {"claude-sonnet-4-5@default", "claude@2025092", "claude@20251329",
                           "@20250929", "claude-sonnet-4-5-20250929"}) {
    CAPTURE(name);
    CHECK_FALSE(respell_vertex_date(name));
  }
}

TEST_CASE("dates are dropped", "[model_name]") {
  CHECK(drop_date("claude-opus-4-5-20251101") == "claude-opus-4-5");
  CHECK(drop_date("gpt-5-2025-08-07") == "gpt-5");
  for (const char* name : {"gpt-5", "model-12345678", "model-20251301", "model-20250832",
                           "model20250807", "gpt-5-2025-13-07", "gpt-5.2025-08-07", "-20250807",
                           "2025-08-07", "20250807", "model-120250807"}) {
    CAPTURE(name);
    CHECK_FALSE(drop_date(name));
  }
}

TEST_CASE("-latest is dropped", "[model_name]") {
  CHECK(drop_latest("gpt-5-latest") == "gpt-5");
  CHECK_FALSE(drop_latest("gpt-5-later"));
  CHECK_FALSE(drop_latest("-latest"));
}

TEST_CASE("versions of Claude are spelled with dots and with dashes", "[model_name]") {
  CHECK(respell_claude_version("claude-sonnet-4.5") == Names{"claude-sonnet-4-5"});
  CHECK(respell_claude_version("claude-sonnet-4-5") == Names{"claude-sonnet-4.5"});
  CHECK(respell_claude_version("claude-3.5-haiku-20241022") == Names{"claude-3-5-haiku-20241022"});
  CHECK(respell_claude_version("claude-sonnet-4-5-20250929") ==
        Names{"claude-sonnet-4.5-20250929"});
  CHECK(respell_claude_version("claude-sonnet-5").empty());
  CHECK(respell_claude_version("gpt-5.4").empty());
  CHECK(respell_claude_version("gpt-5-4").empty());
}

TEST_CASE("an alias stands for one name only", "[model_name]") {
  CHECK(model_alias("codex-auto-review") == "gpt-5.2-codex");
  CHECK_FALSE(model_alias("codex-auto-review-2"));
}

TEST_CASE("steps build on each other in a fixed order", "[model_name]") {
  const auto candidates =
      name_candidates("openrouter/us.anthropic.claude-opus-4-5-20251101-v1:0[1m]");
  Names names;
  for (const NameCandidate& candidate : candidates) names.push_back(candidate.name);
  CHECK(names == Names{"openrouter/us.anthropic.claude-opus-4-5-20251101-v1:0[1m]",
                       "us.anthropic.claude-opus-4-5-20251101-v1:0[1m]",
                       "us.anthropic.claude-opus-4-5-20251101-v1:0", "claude-opus-4-5-20251101",
                       "claude-opus-4-5"});
  CHECK(candidates.back().rules ==
        Names{"provider-prefix", "context-suffix", "bedrock", "drop-date"});
}

TEST_CASE("prefixes are dropped repeatedly", "[model_name]") {
  CHECK(last_candidate("openrouter/anthropic/claude-opus-5") == "claude-opus-5");
  CHECK(last_rules("openrouter/anthropic/claude-opus-5") ==
        Names{"provider-prefix", "provider-prefix"});
  CHECK(last_candidate("synthetic/hf:zai-org/GLM-5.2") == "GLM-5.2");
  CHECK(last_rules("synthetic/hf:zai-org/GLM-5.2") ==
        Names{"synthetic-prefix", "synthetic-prefix"});
}

TEST_CASE("odd names survive every step", "[model_name]") {
  for (const char* name : {"", "/", "//", "-", "@", "hf:", "hf:/", "[1m]", "-latest", "claude",
                           "<synthetic>", "us.", "anthropic.", ":0", "-v1:0", "-20250101"}) {
    CAPTURE(name);
    CHECK(name_candidates(name).front().name == name);
    CHECK_NOTHROW(respell_claude_version(name));
    CHECK_NOTHROW(provider_of("codex", name));
  }
}

TEST_CASE("a turn's provider comes from its model's prefix, else from its source", "[model_name]") {
  CHECK(provider_of("claude-code", "claude-opus-4-6") == "anthropic");
  CHECK(provider_of("claude-code", "us.anthropic.claude-opus-4-6-v1:0") == "anthropic");
  CHECK(provider_of("codex", "gpt-5.4") == "openai");
  CHECK(provider_of("opencode", "glm-5.2") == "opencode");
  CHECK(provider_of("opencode", "Zai/glm-5.2") == "zai");
  CHECK(provider_of("opencode", "openrouter/anthropic/claude-opus-5") == "openrouter");
  CHECK(provider_of("opencode", "synthetic/hf:zai-org/GLM-5.2") == "synthetic");
  CHECK(provider_of("opencode", "accounts/fireworks/models/kimi-k2") == "synthetic");
  CHECK(provider_of("claude-code", "hf:moonshotai/Kimi-K2") == "synthetic");
  CHECK(provider_of("gemini-api", "gemini-3-pro") == "google");
  CHECK(provider_of("codex", std::nullopt) == "openai");
  CHECK(provider_of("codex", "") == "openai");
  CHECK(provider_of("codex", "/gpt-5") == "openai");
}

}  // namespace relayburn
