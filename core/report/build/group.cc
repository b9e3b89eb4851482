#include "core/report/build/group.h"

#include "core/records/keys.h"

namespace relayburn {
namespace {

constexpr int64_t kQuarterUs = int64_t{15} * 60 * 1'000'000;

OptText Group::*text_of(GroupColumn column) {
  switch (column) {
    case GroupColumn::Source:
      return &Group::source;
    case GroupColumn::Model:
      return &Group::model;
    case GroupColumn::ServiceTier:
      return &Group::service_tier;
    case GroupColumn::Speed:
      return &Group::speed;
    case GroupColumn::InferenceGeo:
      return &Group::inference_geo;
    case GroupColumn::Plan:
      return &Group::plan;
    case GroupColumn::Session:
      return &Group::session;
    case GroupColumn::Cwd:
      return &Group::cwd;
    case GroupColumn::Remote:
      return &Group::remote;
    case GroupColumn::Branch:
      return &Group::branch;
    case GroupColumn::AgentId:
      return &Group::agent_id;
    case GroupColumn::Message:
      return &Group::message;
    default:
      return nullptr;
  }
}

}  // namespace

Group read_group(const std::vector<GroupColumn>& columns, Row cells) {
  Group group;
  for (size_t i = 0; i < columns.size(); ++i) {
    const Cell& cell = cells[i];
    if (cell.is_null()) continue;
    if (const auto text = text_of(columns[i])) {
      group.*text = cell.text();
    } else if (columns[i] == GroupColumn::PriceSpanIndex) {
      group.span_side = static_cast<size_t>(cell.integer());
    } else if (columns[i] == GroupColumn::ContextTierIndex) {
      group.context_side = static_cast<size_t>(cell.integer());
    } else if (columns[i] == GroupColumn::TimeBoundIndex) {
      group.time_side = static_cast<size_t>(cell.integer());
    } else if (columns[i] == GroupColumn::QuarterHour) {
      group.quarter = Instant{cell.integer() * kQuarterUs};
    } else if (columns[i] == GroupColumn::IsSidechain) {
      group.is_sidechain = cell.integer() != 0;
    }
  }
  return group;
}

Key turn_of(const Group& group) { return turn_key(group.source, group.session, group.message); }

}  // namespace relayburn
