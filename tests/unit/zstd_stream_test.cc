#include "core/base/zstd_stream.h"

#include <zstd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstring>
#include <vector>

#include "tests/unit/codex_log.h"

namespace relayburn {
namespace {

std::string compressed(const std::string& text) {
  std::string bytes(ZSTD_compressBound(text.size()), '\0');
  bytes.resize(ZSTD_compress(bytes.data(), bytes.size(), text.data(), text.size(), 3));
  return bytes;
}

// A frame that says it needs a window of 2^log bytes, with one raw block.
std::string frame_with_window(int log, const std::string& text) {
  std::string frame = "\x28\xB5\x2F\xFD";
  frame += '\0';
  frame += static_cast<char>((log - 10) << 3);
  const size_t header = text.size() << 3 | 1;
  for (int i = 0; i < 3; ++i) frame += static_cast<char>(header >> (8 * i) & 0xFF);
  return frame + text;
}

class Bytes : public ByteStream {
 public:
  explicit Bytes(std::string bytes) : bytes_(std::move(bytes)) {}
  size_t read(char* to, size_t size) override {
    const size_t got = std::min(size, bytes_.size() - at_);
    std::memcpy(to, bytes_.data() + at_, got);
    at_ += got;
    return got;
  }

 private:
  std::string bytes_;
  size_t at_ = 0;
};

struct Decoded {
  std::string text, problem;
};

Decoded decode(const std::string& bytes, size_t step = 1000, int64_t max_bytes = INT64_MAX) {
  Bytes source(bytes);
  ZstdStream stream(source, max_bytes);
  Decoded decoded;
  std::string part(step, '\0');
  while (true) {
    const size_t got = stream.read(part.data(), part.size());
    decoded.text += part.substr(0, got);
    if (got < part.size()) break;
  }
  decoded.problem = stream.problem();
  return decoded;
}

std::string text_of(size_t size) {
  std::string text;
  for (size_t i = 0; text.size() < size; ++i) text += std::to_string(i * i) + "\n";
  return text;
}

TEST_CASE("a zstd file is what was compressed, whatever the steps", "[zstd_stream]") {
  for (const size_t size : {size_t{0}, size_t{1}, size_t{5000}, size_t{3'000'000}}) {
    const std::string text = text_of(size);
    for (const size_t step : {size_t{1000}, size_t{262144}, text.size(), text.size() + 1}) {
      if (step == 0) continue;
      const Decoded decoded = decode(compressed(text), step);
      CHECK((decoded.text == text));
      CHECK(decoded.problem.empty());
    }
  }
}

TEST_CASE("frames follow one another, and some hold nothing of ours", "[zstd_stream]") {
  const std::string skipped = std::string("\x50\x2A\x4D\x18\x03\0\0\0abc", 11);
  const Decoded decoded = decode(skipped + compressed("one\n") + skipped + compressed("two\n"));
  CHECK(decoded.text == "one\ntwo\n");
  CHECK(decoded.problem.empty());
  CHECK(is_zstd(skipped));
  CHECK(is_zstd(compressed("")));
  CHECK_FALSE(is_zstd("{\"timestamp\""));
  CHECK_FALSE(is_zstd("\x28\xB5"));
}

TEST_CASE("what can be decoded of a cut file comes first", "[zstd_stream]") {
  const std::string text = text_of(1'000'000), bytes = compressed(text);
  for (const size_t size : {size_t{6}, bytes.size() / 2, bytes.size() - 1}) {
    const Decoded decoded = decode(bytes.substr(0, size));
    CHECK((text.compare(0, decoded.text.size(), decoded.text) == 0));
    CHECK(decoded.problem == "the zstd data ends inside a frame");
  }
  CHECK(decode(bytes.substr(0, bytes.size() / 2)).text.size() > 100'000);
  CHECK(decode(compressed("one\n") + "rubbish").text == "one\n");
  CHECK(decode(compressed("one\n") + "rubbish").problem.starts_with("damaged zstd data: "));
}

TEST_CASE("a frame that wants much memory is refused", "[zstd_stream]") {
  CHECK(decode(frame_with_window(23, "hello")).text == "hello");
  CHECK(decode(frame_with_window(25, "hello")).text == "hello");
  const Decoded decoded = decode(frame_with_window(26, "hello"));
  CHECK(decoded.text.empty());
  CHECK(decoded.problem.starts_with("damaged zstd data: "));
}

TEST_CASE("a file that stands for too much ends there", "[zstd_stream]") {
  const std::string text = text_of(1'000'000), bytes = compressed(text);
  const auto size = static_cast<int64_t>(text.size());
  CHECK(decode(bytes, 1000, size).problem.empty());
  const Decoded decoded = decode(bytes, 1000, size - 1);
  CHECK(decoded.problem ==
        "the zstd data stands for more than " + std::to_string(size - 1) + " bytes");
  CHECK((text.compare(0, decoded.text.size(), decoded.text) == 0));
  CHECK(decode(bytes, 1000, 5000).text.size() < 7000);
}

TEST_CASE("a file may stand for far more than real logs do", "[zstd_stream]") {
  CHECK(max_expanded(0) == int64_t{64} << 20);
  CHECK(max_expanded(100'000'000) > 100 * int64_t{100'000'000});
}

// ---- rollouts

std::string rollout() {
  return session_meta("s") + task_started(kTask) + token_count({10, 0, 1, 0}, {10, 0, 1, 0}) +
         shell_call("c1") + output_of("c1");
}

TEST_CASE("a compressed rollout gives the records of the plain one", "[zstd_stream]") {
  const std::string log = rollout();
  CodexRun plain(log), packed(compressed(log));
  CHECK(lines_of(packed.sink.records) == lines_of(plain.sink.records));
  CHECK(packed.sink.lines_read == plain.sink.lines_read);
  REQUIRE(packed.sink.cursors.size() == 1);
  const Cursor cursor = packed.sink.cursors[0];
  CHECK(cursor.offset == cursor.size);
}

TEST_CASE("a compressed rollout that changed is read from its start", "[zstd_stream]") {
  CodexRun run(compressed(rollout()));
  const std::string more = rollout() + token_count({30, 0, 3, 0}, {20, 0, 2, 0});
  MemorySink second;
  read_codex_log(run.folder.write("rollout.jsonl", compressed(more)), run.sink.cursors.back(),
                 second);
  CHECK(second.lines_read == 6);
  // As well where it is not compressed any more.
  MemorySink third;
  read_codex_log(run.folder.write("rollout.jsonl", more), second.cursors.back(), third);
  CHECK(lines_of(third.records) == lines_of(second.records));
}

TEST_CASE("checkpoints on the way say that nothing of a compressed rollout was read",
          "[zstd_stream]") {
  const TempFolder folder;
  MemorySink sink;
  sink.checks_often = true;
  read_codex_log(folder.write("rollout.jsonl.zst", compressed(rollout())), {}, sink);
  REQUIRE(sink.cursors.size() > 2);
  for (size_t i = 0; i + 1 < sink.cursors.size(); ++i) {
    CHECK(sink.cursors[i].offset == 0);
    CHECK(sink.cursors[i].size == 0);
    CHECK(sink.cursors[i].state.empty());
  }
}

TEST_CASE("of a damaged rollout counts what comes before the damage", "[zstd_stream]") {
  const TempFolder folder;
  const std::string bytes = compressed(rollout()) + compressed(rollout()).substr(0, 40);
  MemorySink sink;
  CHECK_THROWS_AS(read_codex_log(folder.write("rollout.jsonl.zst", bytes), {}, sink), Error);
  CHECK(sink.records.row_count(Kind::Turn) == 1);
  CHECK(sink.cursors.empty());
}

TEST_CASE("the head of a compressed rollout is known for what it is", "[zstd_stream]") {
  const CodexSource codex;
  const std::string bytes = compressed(rollout());
  CHECK(codex.likeness(bytes) > codex.likeness(rollout()));
  CHECK(codex.likeness(compressed("") + bytes) > codex.likeness(rollout()));
  // Of a great first block the head alone decodes to nothing.
  CHECK(codex.likeness(bytes.substr(0, bytes.size() - 5)) == 1);
}

}  // namespace
}  // namespace relayburn
