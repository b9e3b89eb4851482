#include <chrono>
#include <random>
#include <thread>

#include "apps/relayburn/hook.h"
#include "apps/relayburn/ingest_job.h"
#include "apps/relayburn/ingest_watch.h"
#include "apps/relayburn/output.h"
#include "apps/relayburn/source_environment.h"

namespace relayburn {
namespace {

int exit_code(const IngestSummary& summary, bool is_strict) {
  const bool is_rejected = is_strict && summary.lines_rejected > 0;
  const bool is_refused = summary.records_refused > 0;
  return summary.files.failed > 0 || is_rejected || is_refused ? kPartial : kDone;
}

// So that hosts whose timers go off together do not come together.
void sleep_up_to(int seconds) {
  std::random_device random;
  std::this_thread::sleep_for(
      std::chrono::milliseconds(std::uniform_int_distribution(0, seconds * 1000)(random)));
}

// The agent reads what stands on standard output, so nothing does.
int run_for_hook(const IngestCommand& command, const CommandContext& session) {
  const IngestCommand named =
      with_hook_input(command, source_environment(session.settings).home, read_hook_input());
  const IngestResult result = run_ingest(named, session);
  report_issues(result.summary, session);
  if (result.is_skipped) session.log.write(LogLevel::Warning, skipped_text(result));
  return command.prints_json ? print_and_return(render_json(result), kDone) : kDone;
}

}  // namespace

int run(const IngestCommand& command, const CommandContext& session) {
  if (!command.hook.empty()) return run_for_hook(command, session);
  if (command.watches) return watch_logs(command, session);
  sleep_up_to(session.settings.splay_seconds());
  const IngestResult result = run_ingest(command, session);
  report_issues(result.summary, session);
  const int code = exit_code(result.summary, command.is_strict);
  if (command.prints_json) return print_and_return(render_json(result), code);
  return session.settings.is_quiet() ? code : print_and_return(render_text(result), code);
}

int ingest_before(const CommandContext& session, bool is_brief) {
  const IngestResult result = run_ingest(IngestCommand{}, session);
  const int code = exit_code(result.summary, false);
  // Odd lines are of every log; whoever wants to know them runs ingest.
  if (!is_brief || code != kDone) report_issues(result.summary, session);
  if (!is_brief && !session.settings.is_quiet()) print_error(render_text(result));
  if (is_brief && result.is_skipped) session.log.write(LogLevel::Warning, skipped_text(result));
  return code;
}

}  // namespace relayburn
