#pragma once
// The rows of a database that an agent keeps and that we only read. Core asks for rows in SQL, and
// has never heard of the library behind it.
//
// Errors: relayburn::Error, and nothing else. Corrupt: the bytes are no such database, or a damaged
// one. Unavailable: it is busy, or was changed while it was copied; the same may succeed later.
// Unauthorized: we may not read it. Threads: one at a time.

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/records/cell.h"

namespace relayburn {

// One unchanging view of the file, however long it is held and whoever writes meanwhile. It never
// keeps a writer of a write-ahead log waiting, others only for the moment that copying the file
// takes, and leaves nothing in the file's folder but what a reader of such a log must (SQLite's
// -shm).
class RowsFile {
 public:
  virtual ~RowsFile() = default;

  // The cells live until the sink returns: integers, and texts as they are stored; numbers that are
  // no whole ones come as text. False ends the query.
  using Sink = std::function<bool(Row)>;
  // Gives the rows of one SELECT; its parameters are written ?1, ?2, … A sink may ask another
  // query, but not the same one again.
  virtual void query(std::string_view sql, std::span<const Cell> parameters, const Sink& sink) = 0;

  // Throws Unavailable where rows that were given may be wrong, because the file was changed in a
  // place where nobody was expected to.
  virtual void check_unchanged() = 0;
};

// Opens a file; empty where nobody can.
using OpenRows = std::function<std::unique_ptr<RowsFile>(const std::string& path)>;

}  // namespace relayburn
