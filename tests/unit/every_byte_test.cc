// Each fixture of an append-only log, cut at every byte and read in two runs, gives what one run
// gives: records, cursors, and how many lines were rejected.

#include <fcntl.h>

#include <catch2/catch.hpp>
#include <cstdlib>

#include "core/base/file.h"
#include "core/ingest/ingest.h"
#include "tests/unit/temp_folder.h"

namespace fs = std::filesystem;

namespace relayburn {
namespace {

// A ledger in memory: a batch folds by the merge rule.
class MemoryStore : public IngestStore {
 public:
  std::vector<Cursor> cursors(std::string_view) override { return cursors_; }
  Tallies append(const Batch& batch) override {
    for (const Kind kind : kAllKinds)
      for (size_t i = 0; i < batch.row_count(kind); ++i) records_.add_row(kind, batch.row(kind, i));
    if (!batch.cursors.empty()) cursors_ = {batch.cursors.back()};
    return {};
  }

  // Every record but those of hosts, which know the time.
  std::vector<std::vector<Cell>> rows() {
    records_.sort();
    std::vector<std::vector<Cell>> rows;
    for (const Kind kind : kAllKinds)
      for (size_t i = 0; kind != Kind::Host && i < records_.row_count(kind); ++i) {
        const Row row = records_.row(kind, i);
        rows.emplace_back(row.begin(), row.end());
      }
    return rows;
  }
  const std::vector<Cursor>& kept() const { return cursors_; }

 private:
  Batch records_;
  std::vector<Cursor> cursors_;
};

class Reading {
 public:
  Reading(const std::string& path, const Source& source) {
    options_.sources = {&source};
    options_.paths = {path};
    options_.keeps_content = true;
    options_.host_id = "host";
  }
  void run() { ingest(options_, store, summary); }

  MemoryStore store;
  IngestSummary summary;

 private:
  IngestOptions options_;
};

void append(const std::string& path, std::string_view bytes) {
  const FileHandle file = FileHandle::open(path, O_WRONLY | O_APPEND);
  write_all(file, bytes, path);
}

// Every byte takes minutes, and by hand is tried: RELAYBURN_EVERY_BYTE=1.
size_t step_of_cuts() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return 53;
#else
  return std::getenv("RELAYBURN_EVERY_BYTE") != nullptr ? 1 : 7;
#endif
}

bool is_same(Reading& cut, Reading& whole, const std::vector<std::vector<Cell>>& rows) {
  return cut.store.rows() == rows && cut.summary.lines_rejected == whole.summary.lines_rejected &&
         cut.store.kept().at(0).offset == whole.store.kept().at(0).offset &&
         cut.store.kept().at(0).state == whole.store.kept().at(0).state &&
         cut.store.kept().at(0).lines == whole.store.kept().at(0).lines;
}

void check_every_cut(const std::string& fixture, const Source& source) {
  const std::string bytes = read_whole_file(fixture);
  if (bytes.empty()) return;
  const TempFolder folder;
  const std::string path = folder.write("log.jsonl", bytes);
  Reading whole(path, source);
  whole.run();
  const std::vector<std::vector<Cell>> rows = whole.store.rows();
  const size_t step = step_of_cuts();
  for (size_t cut = 0; cut < bytes.size(); cut += step) {
    folder.write("log.jsonl", bytes.substr(0, cut));
    Reading reading(path, source);
    reading.run();
    append(path, std::string_view(bytes).substr(cut));
    reading.run();
    INFO(fixture << " cut at " << cut);
    REQUIRE(is_same(reading, whole, rows));
  }
}

TEST_CASE("every fixture, cut at every byte, comes out as the whole") {
  for (const char* agent : {"claude", "codex"})
    for (const auto& entry : fs::directory_iterator(fs::path(RELAYBURN_TEST_DATA) / agent))
      check_every_cut(entry.path().string(), *find_source(agent));
}

}  // namespace
}  // namespace relayburn
