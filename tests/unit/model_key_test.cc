#include "core/reconcile/model_key.h"

#include <catch2/catch.hpp>

namespace relayburn {
namespace {

TEST_CASE("the names of one model have one key", "[model_key]") {
  for (const char* name :
       {"claude-haiku-4-5", "claude-haiku-4-5-20251001", "claude-haiku-4-5[1m]",
        "anthropic/claude-haiku-4-5", "Claude Haiku 4.5", "claude-haiku-4.5-latest"}) {
    CAPTURE(name);
    CHECK(model_key(name) == "claude-haiku-4-5");
  }
  CHECK(model_key("gpt-5-2025-08-07") == "gpt-5");
  CHECK(model_key("openai/gpt-5.2-codex") == "gpt-5.2-codex");
}

TEST_CASE("other models have other keys, and so have resellers", "[model_key]") {
  CHECK(model_key("claude-opus-4-6") != model_key("claude-opus-4-5"));
  CHECK(model_key("gpt-5-mini") != model_key("gpt-5"));
  CHECK(model_key("gpt-5.2") != model_key("gpt-5-2"));
  CHECK(model_key("openrouter/anthropic/claude-opus-4.6") ==
        "openrouter/anthropic/claude-opus-4.6");
  CHECK(model_key("") == "");
  CHECK(model_key("anthropic/") == "anthropic/");
}

}  // namespace
}  // namespace relayburn
