// Any texts in place of OpenCode's objects make records, or none. Each line is one: its first
// letter says what it is taken for. What went before leaves nothing behind: the second time the
// records are the same.

#include "core/sources/opencode/opencode_message.h"
#include "core/sources/opencode/opencode_records.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/unit/memory_sink.h"
#include "tests/unit/test_records.h"

namespace relayburn {
namespace {

// Puts objects together as the readers do: parts and pieces belong to the message before them.
class Objects {
 public:
  std::vector<std::string> read(std::string_view lines) {
    MemorySink sink;
    message_ = {};
    session_ = {};
    while (!lines.empty()) {
      const std::string_view line = lines.substr(0, lines.find('\n'));
      lines.remove_prefix(std::min(lines.size(), line.size() + 1));
      if (!line.empty()) take(line.front(), line.substr(1), sink);
    }
    emit(sink);
    return lines_of(sink.records);
  }

 private:
  void take(char kind, std::string_view json, MemorySink& sink) {
    if (kind == 'm') {
      emit(sink);
      message_ = {};
      parser_.read_message(json, message_);
    } else if (kind == 'p') {
      parser_.read_part("prt_1", json, message_);
    } else if (kind == 's') {
      session_ = {};
      parser_.read_session(json, session_);
      records_.emit(session_, "session", sink);
    } else if (kind == 'k') {
      parser_.kind_of(json);
    } else {
      const std::string_view type = kind == 'u' ? "user" : kind == 'c' ? "compaction" : "assistant";
      OpencodeMessage piece;
      if (parser_.read_entry(type, json, piece)) append_piece(message_, std::move(piece));
    }
  }

  void emit(MemorySink& sink) {
    for (const bool is_superseded : {false, true})
      records_.emit(message_, session_, is_superseded, "message", sink);
  }

  OpencodeParser parser_;
  OpencodeRecords records_{ReaderOptions{.keeps_content = true}};
  OpencodeMessage message_;
  OpencodeSession session_;
};

}  // namespace
}  // namespace relayburn

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace relayburn;
  const std::string_view lines(reinterpret_cast<const char*>(data), size);
  Objects objects;
  const std::vector<std::string> first = objects.read(lines);
  require(objects.read(lines) == first, "the same objects make the same records");
  return 0;
}
