#pragma once
// The turns of a Claude Code line: the response itself, what its usage leaves out, and the searches
// of the WebSearch tool (FORMAT.md).

#include <string>
#include <string_view>
#include <vector>

#include "core/sources/claude/claude_iterations.h"
#include "core/sources/claude/claude_line.h"
#include "core/sources/record_writer.h"

namespace relayburn {

// The name of a response. Copies of a response with a global name are one call wherever they are.
struct ClaudeResponseName {
  std::string message_id;
  bool is_global = false;
};

class ClaudeTurns {
 public:
  // `agent` and `is_sidechain`: the chain of the line, or of the reply inside it.
  ClaudeTurns(const ClaudeLine& line, OptText agent, bool is_sidechain, RecordWriter& out)
      : line_(line), agent_(agent), is_sidechain_(is_sidechain), out_(out) {}

  void emit_response(const ClaudeEnvelope& envelope, const ClaudeResponseName& name);

  // Writes the searches of a tool result of WebSearch: no call, but billed. `line_identity`: its
  // uuid, else its hash.
  void emit_searches(const ClaudeEnvelope& envelope, std::string_view line_identity);

 private:
  Turn turn_of(const ClaudeEnvelope& envelope, const ClaudeResponseName& name);
  TokenCounts counts_of(const ClaudeCounts& logged, std::string_view where);
  std::vector<ClaudeRequest> requests_of(const ClaudeMessage& message);
  void emit_request(const ClaudeEnvelope& envelope, const ClaudeResponseName& name, size_t index,
                    const ClaudeRequest& request, int64_t message_output);
  void report_unknown(const ClaudeMessage& message);
  void report_unknown_conditions(const ClaudeCounts& counts);
  void report_unknown_value(OptText value, std::string_view what,
                            std::initializer_list<std::string_view> known);

  const ClaudeLine& line_;
  const OptText agent_;
  const bool is_sidechain_;
  RecordWriter& out_;
};

}  // namespace relayburn
