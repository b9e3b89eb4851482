#pragma once
// The frame that Anthropic's and OpenAI's admin APIs share: pages of buckets of results,
// {"data":[{…bounds…,"results":[{…},…]},…],"has_more":true,"next_page":"…"}. A file holds one page,
// several one after the other (as a loop over curl writes them), or an array of pages.

#include <functional>
#include <vector>

#include "core/billing/report_fields.h"

namespace relayburn {

struct ReportBucket {
  ReportFields bounds;
  std::vector<ReportFields> results;
};

// Calls the sink with every bucket of every page, in order. Members of an inner object are named
// with a dot: "cache_creation.ephemeral_1h_input_tokens". Returns whether the last page says that
// more follow. Throws Error{Usage} where the text is not such pages.
bool read_json_report(const ReportText& report,
                      const std::function<void(const ReportBucket&)>& sink);

}  // namespace relayburn
