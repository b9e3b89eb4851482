#include "apps/relayburn/commands.h"
#include "apps/relayburn/output.h"
#include "apps/relayburn/sweep_alone.h"
#include "core/base/json_writer.h"
#include "core/base/terminal_text.h"
#include "core/ledger/check_ledger.h"
#include "core/ledger/ledger.h"

namespace relayburn {
namespace {

std::string render_json(const CheckReport& report, const std::vector<CheckFinding>& repaired) {
  std::string text;
  JsonWriter json(text);
  const auto write = [&](const char* key, const std::vector<CheckFinding>& findings) {
    json.key(key).begin_array();
    for (const CheckFinding& finding : findings) {
      json.begin_object().key("check").string(finding.check);
      json.key("problem").string(finding.problem);
      if (!finding.remedy.empty()) json.key("remedy").string(finding.remedy);
      json.end_object();
    }
    json.end_array();
  };
  json.begin_object().key("schemaVersion").integer(1).key("records").integer(report.records);
  write("findings", report.findings);
  write("repaired", repaired);
  json.end_object();
  return text + "\n";
}

std::string render_text(const CheckReport& report, const std::vector<CheckFinding>& repaired) {
  std::string text;
  for (const CheckFinding& finding : repaired)
    text += "repaired: " + printable(finding.problem) + "\n";
  for (const CheckFinding& finding : report.findings) {
    text += finding.check + ": " + printable(finding.problem) + "\n";
    text += "  " +
            (finding.remedy.empty() ? std::string("run 'relayburn check --repair'")
                                    : printable(finding.remedy)) +
            "\n";
  }
  if (report.findings.empty())
    text += with_thousands(report.records) + " records, and nothing is wrong with them\n";
  return text;
}

// Returns the findings that a repair took away: they needed no person, and are not found again.
std::vector<CheckFinding> repaired_of(const CheckReport& before, const CheckReport& after) {
  std::vector<CheckFinding> repaired;
  for (const CheckFinding& finding : before.findings) {
    bool is_left = false;
    for (const CheckFinding& left : after.findings) is_left |= left.check == finding.check;
    if (finding.remedy.empty() && !is_left) repaired.push_back(finding);
  }
  return repaired;
}

}  // namespace

int run(const CheckCommand& command, const CommandContext& session) {
  Ledger ledger = Ledger::open(session.settings, session.log);
  ledger.prepare_to_read();
  CheckReport report = check_ledger(*ledger.stored_snapshot(), now());
  std::vector<CheckFinding> repaired;
  if (command.repairs && !report.findings.empty()) {
    sweep_alone(session.settings.home(), ledger, [&] {
      ledger.sweep_forgotten();
      ledger.rebuild_summaries();
    });
    CheckReport after = check_ledger(*ledger.stored_snapshot(), now());
    repaired = repaired_of(report, after);
    report = std::move(after);
  }
  if (command.prints_json) {
    print(render_json(report, repaired));
  } else if (!session.settings.is_quiet() || !report.findings.empty()) {
    print(render_text(report, repaired));
  }
  return report.findings.empty() ? kDone : kFailed;
}

}  // namespace relayburn
