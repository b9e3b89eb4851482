#pragma once
// All reports that were given, as one bill.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/billing/provider_report.h"

namespace relayburn {

class Bill {
 public:
  // Throws Error{Usage} where a day of a provider is in more than one place, which would count it
  // twice, or is there only in part, so that nothing logged could be compared with it.
  explicit Bill(std::vector<ProviderReport> reports);

  bool is_empty() const { return reports_.empty(); }
  const std::vector<ProviderReport>& reports() const { return reports_; }

  // The first and the last day of all reports; nullopt where they hold none.
  std::optional<std::pair<UtcDay, UtcDay>> days() const;

  // Whether what the provider billed (or counted) on this day is in a report.
  bool covers(ReportContent content, const std::string& provider, UtcDay day) const;
  // Whether the provider's reports say which models they are about.
  bool names_models(ReportContent content, const std::string& provider) const;

  // Returns a sentence for each thing that the reports leave open.
  std::vector<std::string> warnings() const;

 private:
  using Scope = std::pair<ReportContent, std::string>;  // content, provider

  void check_days() const;

  std::vector<ProviderReport> reports_;
  std::set<std::pair<Scope, UtcDay>> covered_;
  std::set<Scope> with_models_;
};

}  // namespace relayburn
