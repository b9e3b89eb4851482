#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "tests/unit/memory_sink.h"
#include "tests/unit/temp_folder.h"
#include "tests/unit/test_records.h"

namespace relayburn {

// Sanitizers take too long for every byte.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr size_t kCutStep = 7;
#else
inline constexpr size_t kCutStep = 1;
#endif

using ReadLog = int64_t (*)(const std::string& path, Cursor cursor, RecordSink& sink, int64_t size);

// A log that is cut at any byte gives the same records in two runs as in one, whether the runs have
// few checkpoints or many.
inline void check_every_cut(const std::string& log, const std::vector<std::string>& expected,
                            ReadLog read) {
  const TempFolder folder;
  const std::string path = folder.write("log", log);
  for (const bool checks_often : {false, true})
    for (size_t cut = 0; cut <= log.size(); cut += kCutStep) {
      CAPTURE(cut, checks_often);
      MemorySink sink;
      sink.checks_often = checks_often;
      read(path, {}, sink, static_cast<int64_t>(cut));
      REQUIRE_FALSE(sink.cursors.empty());
      const Cursor cursor = sink.cursors.back();
      REQUIRE(cursor.offset <= static_cast<int64_t>(cut));
      read(path, cursor, sink, static_cast<int64_t>(log.size()));
      REQUIRE(lines_of(sink.records) == expected);
    }
}

}  // namespace relayburn
