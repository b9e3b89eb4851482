#include "tests/fuzz/fuzz_log.h"

#include "tests/unit/memory_sink.h"
#include "tests/unit/test_records.h"

namespace relayburn {
namespace {

void read_log(const Source& source, const std::string& path, Cursor cursor, int64_t size,
              RecordSink& sink) {
  cursor.path = path;
  cursor.size = size;
  source.reader({.keeps_content = true})->read(std::move(cursor), sink);
}

}  // namespace

void fuzz_cut_log(const Source& source, CutBytes log) {
  const MemoryFile file(log.bytes);
  const auto size = static_cast<int64_t>(log.bytes.size());
  MemorySink whole;
  read_log(source, file.path(), {}, size, whole);

  MemorySink parts;
  parts.checks_often = true;
  read_log(source, file.path(), {}, log.cut, parts);
  require(!parts.cursors.empty() && parts.cursors.back().offset <= log.cut, "a cursor at the cut");
  read_log(source, file.path(), Cursor(parts.cursors.back()), size, parts);
  require(lines_of(whole.records) == lines_of(parts.records), "two runs read what one does");
}

void fuzz_file(const Source& source, const std::string& path, const ReaderOptions& options) {
  Cursor cursor;
  cursor.path = path;
  cursor.size = static_cast<int64_t>(read_whole_file(path).size());
  MemorySink sink;
  try {
    source.reader(options)->read(std::move(cursor), sink);
  } catch (const Error&) {
    // said to the user, with the file's name
  }
  lines_of(sink.records);
}

void fuzz_whole_log(const Source& source, std::string_view log) {
  const MemoryFile file(log);
  fuzz_file(source, file.path(), {.keeps_content = true});
}

}  // namespace relayburn
