#include "core/sources/codex/codex_state.h"

#include <catch2/catch.hpp>

#include "core/base/sha256.h"

namespace relayburn {
namespace {

CodexState full_state() {
  CodexState state;
  state.is_named = state.is_fork = state.is_sidechain = true;
  state.session = "s|1:+-;";
  state.cwd = "";
  state.model = "gpt-5.5";
  state.root = "p";
  state.plan = "plus";
  state.planless =
      CodexPlanlessTurn{"m", hash_key("m"), {1, 1, 1, 1, 1}, "gpt", std::nullopt, "r", -1, 7};
  state.has_totals = state.is_recorded = true;
  state.totals = {1, 2, 3, 4, 5};
  state.phase = CodexPhase::Billed;
  state.message_id = "m";
  state.keywords = 63;
  state.counted = CodexCountedTurn{"m", hash_key("m"), {9, 8, 7, 6, 5}};
  CodexCall call;
  call.id = "c";
  call.name = "grüße";
  call.args_hash = hash_key("");
  call.ts_us = -7;
  call.file_path = "/a";
  state.calls = {call, call};
  state.spawns = {"c", ""};
  return state;
}

TEST_CASE("a state comes back as it was", "[codex_state]") {
  for (const CodexState& state : {CodexState(), full_state()}) {
    const std::string text = to_text(state);
    const std::optional<CodexState> back = codex_state_from(text);
    REQUIRE(back);
    CHECK(to_text(*back) == text);
  }
  const CodexState back = codex_state_from(to_text(full_state())).value();
  CHECK(back.session == "s|1:+-;");
  CHECK(back.cwd == "");
  CHECK_FALSE(back.branch);
  CHECK(back.calls.at(1).ts_us == -7);
  CHECK(back.counted->usage == CodexCounts{9, 8, 7, 6, 5});
}

TEST_CASE("nothing is the state at a file's start", "[codex_state]") {
  REQUIRE(codex_state_from(""));
  CHECK(to_text(*codex_state_from("")) == to_text(CodexState()));
}

TEST_CASE("a state that was cut or changed is none, or another one", "[codex_state]") {
  const std::string text = to_text(full_state());
  for (size_t size = 1; size < text.size(); ++size)
    CHECK_FALSE(codex_state_from(text.substr(0, size)));
  CHECK_FALSE(codex_state_from(text + "0"));
  for (size_t at = 0; at < text.size(); ++at)
    for (const char c : {'\0', '-', '9', ':', ';'}) {
      std::string changed = text;
      changed[at] = c;
      codex_state_from(changed);  // no crash, and no memory without end
    }
}

}  // namespace
}  // namespace relayburn
