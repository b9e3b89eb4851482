#pragma once
// What reading a rollout knows of the lines behind it, and takes along where the file is cut. It
// holds no text of a prompt and stays below the 64 KiB of a cursor: every text in it is bounded.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/instant.h"
#include "core/base/key.h"

namespace relayburn {

// Tokens of a response, or of all responses so far.
struct CodexCounts {
  int64_t input = 0;  // with what the caches gave and took
  int64_t cached = 0;
  int64_t cache_write = 0;
  int64_t output = 0;  // with reasoning
  int64_t reasoning = 0;

  friend bool operator==(const CodexCounts&, const CodexCounts&) = default;
};

// A tool call of the response at hand: its record is written again under the message id of the
// response as soon as the log says it.
struct CodexCall {
  std::string id;
  std::string name;
  Key args_hash;
  int64_t input_bytes = 0;
  std::optional<std::string> file_path;
  std::optional<std::string> family;
  std::optional<std::string> subagent_type;
  std::optional<int64_t> ts_us;
  std::string under;  // the message id it was written under; empty: not written yet

  size_t bytes() const;
};

// A turn that was counted by a token_count: void once a token_usage_record says the same.
struct CodexCountedTurn {
  std::string message_id;
  Key call_key;
  CodexCounts usage;
};

// A turn that a token_usage_record stated before the log named the plan that paid for it. The
// token_count of the same response names it, one line later.
struct CodexPlanlessTurn {
  std::string message_id;
  Key call_key;
  CodexCounts usage;
  std::optional<std::string> model;
  std::optional<std::string> service_tier;
  std::optional<std::string> request_id;
  std::optional<int64_t> ts_us;
  int64_t keywords = 0;
};

// Where in a response the log is. Versions to 0.58 log the usage before the items of the response,
// later ones behind them.
enum class CodexPhase : uint8_t {
  Idle,
  Items,   // items came, their usage did not yet
  Billed,  // the usage came first: items that follow are of that response
  Closed,  // the usage came behind the items
};

struct CodexState {
  // Of the first session_meta.
  bool is_named = false;
  std::optional<std::string> session;
  std::optional<std::string> root;  // the oldest session that its copied history is known to be of
  bool is_fork = false;
  bool is_sidechain = false;
  // Of that one and of what came later.
  std::optional<std::string> version;
  std::optional<std::string> branch;
  std::optional<std::string> remote;
  std::optional<std::string> cwd;
  std::optional<std::string> local_provider;  // that serves the models on the user's own machine
  std::optional<std::string> model;           // with that provider before it
  std::optional<std::string> service_tier;
  std::optional<std::string> plan;
  std::optional<std::string> turn_id;

  bool has_totals = false;
  CodexCounts totals;
  bool is_recorded = false;  // the turn has token_usage_records: its token_counts count nothing

  CodexPhase phase = CodexPhase::Idle;
  std::string message_id;                   // of the last usage
  int64_t keywords = 0;                     // of the response's own text
  std::optional<CodexCountedTurn> counted;  // of the response at hand
  std::optional<CodexPlanlessTurn> planless;
  std::vector<CodexCall> calls;     // of the response at hand
  std::vector<std::string> spawns;  // calls of spawn_agent without an output yet
};

inline std::optional<std::string_view> view(const std::optional<std::string>& text) {
  return text ? std::optional<std::string_view>(*text) : std::nullopt;
}

inline constexpr size_t kMaxCodexText = 512;
inline constexpr size_t kMaxCodexPath = 4096;
inline constexpr size_t kMaxCodexCallBytes = size_t{24} << 10;
inline constexpr size_t kMaxCodexSpawns = 16;

std::string to_text(const CodexState& state);
// nullopt where the text is none of to_text(). Of an empty text: the state at a file's start.
std::optional<CodexState> codex_state_from(std::string_view text);

}  // namespace relayburn
