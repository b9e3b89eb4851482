#include "core/sources/codex/codex_source.h"

#include <fcntl.h>

#include "core/base/zstd_stream.h"
#include "core/sources/codex/codex_records.h"
#include "core/sources/line_log.h"

namespace relayburn {
namespace {

bool is_compressed(const FileHandle& file, const std::string& path) {
  std::string head(4, '\0');
  head.resize(read_at(file, head.data(), head.size(), 0, path));
  return is_zstd(head);
}

class CodexReader : public LogReader {
 public:
  explicit CodexReader(const ReaderOptions& options) : parser_(options) {}

  int64_t read(Cursor cursor, RecordSink& sink) override {
    const FileHandle file = FileHandle::open(cursor.path, O_RDONLY);
    if (is_compressed(file, cursor.path)) return read_compressed(file, std::move(cursor), sink);
    return read_line_log(file, std::move(cursor), parser_, scratch_, sink);
  }

 private:
  // Codex compresses a rollout once and never adds to it: one that changed is read from its start.
  int64_t read_compressed(const FileHandle& file, Cursor cursor, RecordSink& sink) {
    FileRange compressed(file, cursor.path, 0, cursor.size);
    ZstdStream stream(compressed, max_expanded(cursor.size));
    read_line_stream(stream, cursor, parser_, scratch_, sink);
    if (!stream.problem().empty())
      throw Error(ErrorKind::Corrupt, stream.problem() + "; what came before it was read");
    cursor.offset = cursor.size;
    cursor.state.clear();
    sink.checkpoint(cursor);
    return cursor.size;
  }

  CodexObjectParser parser_;
  LineScratch scratch_;
};

}  // namespace

std::string_view CodexSource::name() const { return kCodexSource; }
int64_t CodexSource::parser_version() const { return kCodexParserVersion; }

std::vector<std::string> CodexSource::roots(const SourceEnvironment& environment) const {
  const auto home = environment.variable("CODEX_HOME");
  const std::string codex = home && !home->empty() ? *home : environment.home + "/.codex";
  return {codex + "/sessions", codex + "/archived_sessions"};
}

int CodexSource::likeness(std::string_view head) const {
  constexpr size_t enough = size_t{64} << 10;
  std::string decoded;
  int score = 0;
  if (is_zstd(head)) {
    ++score;  // no other agent compresses its logs
    decoded = decode_zstd_head(head, enough);
    head = decoded;
  }
  for (const std::string_view key :
       {"\"session_meta\"", "\"payload\"", "\"response_item\"", "\"event_msg\"", "\"turn_context\"",
        "\"record_type\"", "\"instructions\"", "\"call_id\"", "\"input_text\""})
    if (head.find(key) != std::string_view::npos) ++score;
  return score;
}

std::unique_ptr<LogReader> CodexSource::reader(const ReaderOptions& options) const {
  return std::make_unique<CodexReader>(options);
}

}  // namespace relayburn
