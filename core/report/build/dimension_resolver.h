#pragma once
// What a report asks of the groups of turns that a ledger makes: by which columns it makes them,
// which of them count, and under which names.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/report/build/group.h"
#include "core/report/build/report.h"
#include "core/report/build/table_builder.h"
#include "core/report/facts/activities.h"
#include "core/report/facts/session_facts.h"
#include "core/report/facts/tag_resolver.h"

namespace relayburn {

class DimensionResolver {
 public:
  // Both outlive this.
  DimensionResolver(const ReportQuery& query, const Zone& zone) : query_(query), zone_(zone) {}

  // What the query needs to know beside the turns.
  void load(Snapshot& snapshot);

  AggregateQuery aggregate_query(const PriceTable& prices, bool by_quarter) const;

  Tags tags(const Group& group) const;
  // Whether the filters let it through. `tags` are its own, here and below.
  bool passes(const Group& group, const Tags& tags) const;
  // The row that it belongs to; null for its tools, which are several.
  RowNames row(const std::vector<Dimension>& dimensions, const Group& group, const Tags& tags);

 private:
  bool asks_for(std::initializer_list<Dimension::Kind> kinds) const;
  bool needs_places() const;
  bool needs_turns() const;
  std::set<std::string, std::less<>> wanted_tags() const;
  std::optional<Instant> inside_of(const Group& group) const;
  OptText project_of(const Group& group) const;
  OptText user_of(const Group& group) const;
  OptText agent_of(const Group& group) const;
  bool passes_tags(const Tags& tags) const;
  std::optional<std::string> name_of(const Dimension& dimension, const Group& group,
                                     const Tags& tags);
  std::optional<std::string> time_name(Dimension::Kind kind, std::optional<Instant> quarter);

  const ReportQuery& query_;
  const Zone& zone_;
  HostsAndProjects places_;
  AgentTypes agents_;
  Activities activities_;
  TagResolver tags_;
  std::vector<Instant> time_bounds_;
  std::map<std::pair<Dimension::Kind, int64_t>, std::string> time_names_;
};

}  // namespace relayburn
