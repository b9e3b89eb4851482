#include "core/ledger/export.h"

#include "core/base/sha256.h"
#include "core/records/record_json.h"

namespace relayburn {

void export_records(Snapshot& snapshot, bool with_content,
                    const std::function<void(std::string_view)>& sink) {
  constexpr size_t piece = size_t{64} << 10;
  std::string lines;
  for (const Kind kind : kAllKinds) {
    if (is_bookkeeping(kind) || (kind == Kind::Content && !with_content)) continue;
    snapshot.scan(kind, {}, [&](Row row) {
      append_record_json(lines, kind, row);
      lines += '\n';
      if (lines.size() < piece) return;
      sink(lines);
      lines.clear();
    });
  }
  if (!lines.empty()) sink(lines);
}

std::string export_digest(Snapshot& snapshot, bool with_content) {
  Sha256 hash;
  export_records(snapshot, with_content, [&](std::string_view bytes) { hash.update(bytes); });
  return hex_digest(hash.finish());
}

}  // namespace relayburn
