// A database of OpenCode may give any rows to any question, also ones that do not fit each other.
// Two runs are made, the second with what the first one noted.

#include <array>

#include "core/base/error.h"
#include "core/sources/opencode/opencode_database.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/unit/memory_sink.h"
#include "tests/unit/test_records.h"

namespace relayburn {
namespace {

// More than any question asks for.
constexpr size_t kColumns = 8;

constexpr std::string_view kWords[] = {
    "message",      "part",         "session", "session_message", "session_v2",
    "id",           "data",         "type",    "session_id",      "message_id",
    "time_created", "time_updated", "seq",     "parent_id",       "user",
    "assistant",    "compaction",   "msg_1",   "msg_1_1",         "msg_1_2",
    "ses_1",        "prt_1"};

// Takes its answers from the bytes, until there are none.
class AnyRows : public RowsFile {
 public:
  explicit AnyRows(std::string_view bytes) : bytes_(bytes) {}

  void query(std::string_view, std::span<const Cell>, const Sink& sink) override {
    while (true) {
      const uint8_t what = byte();
      if (what == 0) return;
      if (what == 255) throw Error(ErrorKind::Corrupt, "damaged");
      std::array<Cell, kColumns> row;
      for (size_t i = 0; i < std::min<size_t>(what, kColumns); ++i) row[i] = cell();
      if (!sink(row)) return;
    }
  }
  void check_unchanged() override {}

 private:
  uint8_t byte() {
    const uint8_t first = bytes_.empty() ? 0 : static_cast<uint8_t>(bytes_.front());
    bytes_.remove_prefix(std::min<size_t>(1, bytes_.size()));
    return first;
  }

  Cell cell() {
    const uint8_t what = byte();
    if (what < std::size(kWords)) return Cell::text(kWords[what]);
    switch (what) {
      case 'i':
        return Cell::integer(static_cast<int8_t>(byte()));
      case 'I': {
        uint64_t value = 0;
        for (int i = 0; i < 8; ++i) value = value << 8 | byte();
        return Cell::integer(static_cast<int64_t>(value));
      }
      case 't': {  // up to the end of the line
        const std::string_view text = bytes_.substr(0, bytes_.find('\n'));
        bytes_.remove_prefix(std::min(bytes_.size(), text.size() + 1));
        return Cell::text(text);
      }
      default:
        return {};
    }
  }

  std::string_view bytes_;
};

std::string read(AnyRows& rows, const std::string& state) {
  OpencodeParser parser;
  OpencodeRecords records{ReaderOptions{.keeps_content = true}};
  MemorySink sink;
  Cursor cursor;
  cursor.state = state;
  try {
    OpencodeDatabase(rows, parser, records, sink).read(cursor);
  } catch (const Error&) {
    // said to the user, with the file's name
  }
  lines_of(sink.records);
  if (sink.cursors.empty()) return {};
  require(sink.cursors.back().state.size() <= 64 << 10, "a state of at most 64 KiB");
  return sink.cursors.back().state;
}

}  // namespace
}  // namespace relayburn

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace relayburn;
  AnyRows rows({reinterpret_cast<const char*>(data), size});
  read(rows, read(rows, ""));
  return 0;
}
