#pragma once

#include <optional>
#include <vector>

#include "core/records/records.h"
#include "core/storage/storage_adapter.h"

namespace relayburn {

// One group of the aggregate, by name.
struct Group {
  OptText source, model, service_tier, speed, inference_geo, plan, session, cwd, remote, branch,
      agent_id, message;
  size_t span_side = 0;
  size_t context_side = 0;
  size_t time_side = 0;
  std::optional<Instant> quarter;
  bool is_sidechain = false;
};

// The cells of a group that was aggregated by these columns; texts live as long as the cells.
Group read_group(const std::vector<GroupColumn>& columns, Row cells);

// Of a group by message: its turn.
Key turn_of(const Group& group);

}  // namespace relayburn
