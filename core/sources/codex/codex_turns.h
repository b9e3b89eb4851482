#pragma once
// The turns of a rollout: one per response that the log says the usage of, whose plan, tier and
// totals the state holds (FORMAT.md 4 to 6).

#include <optional>
#include <string>

#include "core/records/records.h"
#include "core/sources/codex/codex_calls.h"
#include "core/sources/codex/codex_line.h"
#include "core/sources/codex/codex_session.h"
#include "core/sources/codex/codex_state.h"
#include "core/sources/codex/codex_usage.h"
#include "core/sources/record_writer.h"

namespace relayburn {

// Reports a timestamp that is none, of a line that makes a record.
void report_odd_time(const CodexLine& line, RecordWriter& out);

class CodexTurns {
 public:
  // The arguments outlive it.
  CodexTurns(const CodexLine& line, CodexState& state, CodexSession& session, CodexCalls& calls,
             RecordWriter& out)
      : line_(line), item_(line.item), state_(state), session_(session), calls_(calls), out_(out) {}

  void take_token_count();
  void take_usage_record();

 private:
  Turn make_turn(const CodexCounts& usage, const std::string& message_id);
  OptText bounded_response_id();
  Key call_key(const CodexCounts& totals, const Key& own) const;
  void add_void_turn(const CodexCountedTurn& counted);
  void take_plan();
  void await_plan(const Turn& turn, const CodexCounts& usage);
  void add_again_with_plan(const CodexPlanlessTurn& planless);

  const CodexLine& line_;
  const CodexItem& item_;
  CodexState& state_;
  CodexSession& session_;
  CodexCalls& calls_;
  RecordWriter& out_;
};

}  // namespace relayburn
