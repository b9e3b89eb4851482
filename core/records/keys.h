#pragma once
// Keys of records (LEDGER.md 1 and 3): H over parts joined with '|'; in every part but the last '%'
// and '|' are written %25 and %7C. Absent parts are empty.

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/key.h"
#include "core/records/records.h"

namespace relayburn {

Key key_of(std::initializer_list<OptText> parts);

inline Key turn_key(OptText source, OptText session, OptText message_id) {
  return key_of({source, session, message_id});
}
inline Key tool_call_key(OptText source, OptText session, OptText message_id, OptText tool_use_id) {
  return key_of({source, session, message_id, tool_use_id});
}
inline Key tool_result_key(OptText source, OptText session, OptText tool_use_id,
                           OptText event_source, OptText line_identity) {
  return key_of({source, session, tool_use_id, event_source, line_identity});
}
// Of user turns and compactions: the line's uuid, else the hash of the object.
inline Key line_key(OptText source, OptText session, OptText line_identity) {
  return key_of({source, session, line_identity});
}
inline Key relationship_key(const Relationship& edge) {
  return key_of({edge.source, edge.session_id, edge.type, edge.related_session_id, edge.agent_id,
                 edge.parent_tool_use_id});
}
inline Key content_key(OptText source, OptText session, OptText message_id, OptText content_kind,
                       OptText block_identity) {
  return key_of({source, session, message_id, content_kind, block_identity});
}
inline Key price_key(OptText provider, OptText model, OptText from_date) {
  return key_of({provider, model, from_date});
}
inline Key session_cost_key(OptText source, OptText session, OptText model, OptText time) {
  return key_of({source, session, model, time});
}
// H of the stamp's canonical JSON: its fields without id and revision.
Key stamp_key(const Stamp& stamp);
Key sighting_key(const Sighting& sighting);

}  // namespace relayburn
