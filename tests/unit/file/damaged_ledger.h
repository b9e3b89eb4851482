#pragma once
// A file ledger of several small batches, whose bytes a test changes.

#include <catch2/catch.hpp>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/records/keys.h"
#include "plugins/file/file_ledger.h"
#include "tests/unit/temp_folder.h"

namespace relayburn {

class TextLog : public Log {
 public:
  void write(LogLevel, std::string_view line) override { text.append(line) += '\n'; }
  std::string text;
};

inline void fill(Batch& batch, int64_t number, int turns) {
  batch.run = {"run", "host", number};
  for (int i = 0; i < turns; ++i) {
    const std::string id = "m" + std::to_string(number) + "-" + std::to_string(i);
    Turn turn;
    turn.source = "claude-code";
    turn.session_id = "s";
    turn.message_id = id;
    turn.id = hash_key("turn|" + id);
    turn.call_key = turn.id;
    turn.revision = 1;
    turn.output = 7;
    batch.add(turn);
  }
  batch.sort();
}

// How a call ended: "done", or the kind of its Error.
template <class Call>
std::string outcome(const Call& call) {
  try {
    call();
    return "done";
  } catch (const Error& error) {
    INFO(error.what());
    if (error.kind == ErrorKind::Corrupt) return "corrupt";
    return error.kind == ErrorKind::SchemaTooNew ? "too new" : error.what();
  }
}

class LedgerFolder {
 public:
  LedgerFolder() {
    context_.location = folder_.path();
    context_.log = &log;
  }

  std::string path() const { return folder_ / "ledger.jsonl"; }
  std::string text() const { return read_whole_file(path()); }
  std::string file(std::string_view name) const { return read_whole_file(folder_ / name); }
  bool has(std::string_view name) const { return exists(folder_ / name); }
  void put(std::string_view text) const { folder_.write("ledger.jsonl", text); }
  void put_cursors(std::string_view text) const { folder_.write("cursors.jsonl", text); }
  void remove(std::string_view name) const { std::filesystem::remove(folder_ / name); }

  FileLedger open() const { return FileLedger(context_); }
  FileLedger open_migrated() const {
    FileLedger(context_).migrate();
    return open();
  }
  void append(int64_t number, int turns = 2, int64_t offset = 0) const {
    Batch batch;
    fill(batch, number, turns);
    Cursor cursor;
    cursor.path = "/log";
    cursor.offset = offset;
    if (offset > 0) batch.cursors = {cursor};
    open().append(batch);
  }
  int64_t turns() const { return open().snapshot()->count(Kind::Turn); }

  std::string read_outcome() const {
    return outcome([&] { open().snapshot(); });
  }
  std::string cursors_outcome() const {
    return outcome([&] { open().cursors("host"); });
  }
  std::string append_outcome() const {
    return outcome([&] { append(99); });
  }

  mutable TextLog log;

 private:
  TempFolder folder_;
  OpenContext context_;
};

}  // namespace relayburn
