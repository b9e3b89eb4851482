#include "core/ingest/lock_holder.h"

#include <fcntl.h>
#include <simdjson.h>
#include <unistd.h>

#include <array>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json_writer.h"
#include "core/base/utf8.h"

namespace relayburn {
namespace {

constexpr int64_t kLongUs = 3'600'000'000;

std::string name_of_this_machine() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return {};
  return storable(name.data());
}

}  // namespace

bool LockHolder::is_long_at_work() const { return now().us - since.us > kLongUs; }

std::string LockHolder::text() const {
  return "process " + std::to_string(pid) + " on " + host + ", since " + format_instant(since);
}

void keep_holder(const std::string& path) {
  std::string json;
  JsonWriter(json)
      .begin_object()
      .key("pid")
      .integer(getpid())
      .key("host")
      .string(name_of_this_machine())
      .key("since")
      .string(format_instant(Instant{now().us / 1'000'000 * 1'000'000}))
      .end_object();
  try {
    write_all(FileHandle::open(path, O_WRONLY | O_CREAT | O_TRUNC), json + "\n", path);
  } catch (const Error&) {
    unlink(path.c_str());  // or it would name the one before
  }
}

std::optional<LockHolder> read_holder(const std::string& path) {
  try {
    simdjson::dom::parser parser;
    const simdjson::padded_string json(read_whole_file(path));
    simdjson::dom::element root;
    std::string_view host, since;
    LockHolder holder;
    if (parser.parse(json).get(root) || root["pid"].get(holder.pid) || root["host"].get(host) ||
        root["since"].get(since))
      return std::nullopt;
    const std::optional<Instant> time = parse_instant(since);
    if (!time) return std::nullopt;
    holder.host = host;
    holder.since = *time;
    return holder;
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace relayburn
