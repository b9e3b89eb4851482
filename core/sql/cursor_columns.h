#pragma once
// The integers of a Cursor in the table log_cursor, in the one order that both dialects use.

#include <cstdint>
#include <string>

#include "core/records/batch.h"

namespace relayburn {

struct CursorColumn {
  const char* name;
  int64_t Cursor::*field;
};

inline constexpr CursorColumn kCursorColumns[] = {
    {"device", &Cursor::device},
    {"inode", &Cursor::inode},
    {"size", &Cursor::size},
    {"mtime_ns", &Cursor::mtime_ns},
    {"ctime_ns", &Cursor::ctime_ns},
    {"read_offset", &Cursor::offset},
    {"parser_version", &Cursor::parser_version},
    {"lines", &Cursor::lines},
    {"head_hash", &Cursor::head_hash},
    {"tail_hash", &Cursor::tail_hash},
};

// The cursors of host $1: source, path, the integers, state.
inline std::string cursors_of_host_sql(const std::string& table_prefix) {
  std::string columns;
  for (const CursorColumn& column : kCursorColumns) columns += std::string(column.name) + ", ";
  return "SELECT source, path, " + columns + "state FROM " + table_prefix +
         "log_cursor WHERE host_id = $1";
}

}  // namespace relayburn
