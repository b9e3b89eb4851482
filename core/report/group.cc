#include "core/report/group.h"

namespace relayburn {
namespace {

constexpr int64_t kQuarterUs = int64_t{15} * 60 * 1'000'000;

OptText text_of(const Cell& cell) { return cell.is_null() ? OptText() : OptText(cell.text()); }

}  // namespace

Group read_group(const std::vector<GroupColumn>& columns, Row cells) {
  Group group;
  for (size_t i = 0; i < columns.size(); ++i) {
    const Cell& cell = cells[i];
    switch (columns[i]) {
      case GroupColumn::Source:
        group.source = text_of(cell);
        break;
      case GroupColumn::Model:
        group.model = text_of(cell);
        break;
      case GroupColumn::ServiceTier:
        group.service_tier = text_of(cell);
        break;
      case GroupColumn::Speed:
        group.speed = text_of(cell);
        break;
      case GroupColumn::InferenceGeo:
        group.inference_geo = text_of(cell);
        break;
      case GroupColumn::SpanSide:
        group.span_side = static_cast<size_t>(cell.integer());
        break;
      case GroupColumn::ContextSide:
        group.context_side = static_cast<size_t>(cell.integer());
        break;
      case GroupColumn::Session:
        group.session = text_of(cell);
        break;
      case GroupColumn::QuarterHour:
        if (!cell.is_null()) group.quarter = Instant{cell.integer() * kQuarterUs};
        break;
      case GroupColumn::Cwd:
        group.cwd = text_of(cell);
        break;
      case GroupColumn::Remote:
        group.remote = text_of(cell);
        break;
      case GroupColumn::Branch:
        group.branch = text_of(cell);
        break;
      case GroupColumn::AgentId:
        group.agent_id = text_of(cell);
        break;
      case GroupColumn::IsSidechain:
        group.is_sidechain = cell.integer() != 0;
        break;
      case GroupColumn::Message:
        group.message = text_of(cell);
        break;
      case GroupColumn::TimeSide:
        group.time_side = static_cast<size_t>(cell.integer());
        break;
    }
  }
  return group;
}

}  // namespace relayburn
