#pragma once
// Reading an append-only log of JSON lines, alike for every agent that keeps one: windows, cursors,
// several objects on a line, repair of damaged bytes (core/sources/README.md).

#include <cstdint>
#include <string_view>

#include "core/base/json_validity.h"
#include "core/base/line_reader.h"
#include "core/sources/source.h"

namespace relayburn {

// Turns objects into records.
class ObjectParser {
 public:
  virtual ~ObjectParser() = default;

  // Reads the object that `text` begins with, in place; kJsonPadding readable bytes follow `text`.
  // Gives how many bytes the object took, or 0 where it cannot be read as it is: then nothing is
  // emitted. Nothing is emitted before emit().
  virtual size_t parse(std::string_view text) = 0;
  // Hands the records of the object that was parsed last to the sink. `object` is what hashes of
  // the object are made of.
  virtual void emit(std::string_view object, int64_t line, RecordSink& sink) = 0;
  // Across a cut of the file: what state() gave where the last run ended, or nothing at a file's
  // start. False where it is no state of this parser: then the file is read from its start.
  virtual bool restore(std::string_view state) = 0;
  virtual std::string state() const = 0;
};

// What reading needs and keeps from file to file.
struct LineScratch {
  LineBuffer buffer;
  JsonValidator validator;
};

// Reads [cursor.offset, cursor.size). Returns the bytes read.
int64_t read_line_log(Cursor cursor, ObjectParser& parser, LineScratch& scratch, RecordSink& sink);
int64_t read_line_log(const FileHandle& file, Cursor cursor, ObjectParser& parser,
                      LineScratch& scratch, RecordSink& sink);

// Reads all of a log that can only be read from its start. Checkpoints on the way say that nothing
// of it was read; the last one, that all of it was, is left to the caller.
void read_line_stream(ByteStream& stream, const Cursor& cursor, ObjectParser& parser,
                      LineScratch& scratch, RecordSink& sink);

}  // namespace relayburn
