#pragma once
// Records as JSON lines: the export, the digest, the file backend and the tie all use this one
// spelling.
//
//   {"kind":"turn","id":"<32 hex>","revision":1,"source":"claude-code",…}
//
// Keys in the order of the kind's columns, absent fields omitted, flags only where true, keys as
// hex, instants as RFC 3339 with six digits, no blanks. No newline at the end.

#include <string>
#include <string_view>

#include "core/base/arena.h"
#include "core/base/json_padding.h"
#include "core/records/cell.h"
#include "core/records/kinds.h"

namespace relayburn {

void append_record_json(std::string& out, Kind kind, Row row);
// The same without `revision`: what the tie is made of.
void append_record_json_without_revision(std::string& out, Kind kind, Row row);

// Reads such lines back. Holds a parser, so one object serves many lines; one thread at a time.
class RecordJsonReader {
 public:
  RecordJsonReader();
  ~RecordJsonReader();

  // The cells live in `arena`. False where the line is no record of a known kind. `line` must be
  // followed by kJsonPadding readable bytes.
  bool read(std::string_view line, Arena& arena, Kind& kind, std::span<Cell>& cells);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace relayburn
