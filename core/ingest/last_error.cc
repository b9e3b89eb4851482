#include "core/ingest/last_error.h"

#include <simdjson.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/instant.h"
#include "core/base/json_writer.h"
#include "core/base/utf8.h"

namespace relayburn {
namespace {

std::string path_in(const std::string& home) { return home + "/last-error.json"; }

}  // namespace

void note_error(const std::string& home, std::string_view problem) {
  std::string json;
  JsonWriter(json)
      .begin_object()
      .key("at")
      .string(format_instant(now()))
      .key("problem")
      .string(storable(problem))
      .end_object();
  try {
    make_directories(home);
    replace_file(path_in(home), json + "\n", false);
  } catch (const Error&) {
    // The run has failed for a reason that matters more.
  }
}

void forget_error(const std::string& home) { unlink(path_in(home).c_str()); }

std::optional<LastError> last_error(const std::string& home) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  std::string_view at, problem;
  try {
    const simdjson::padded_string text(read_whole_file(path_in(home)));
    if (parser.parse(text).get(root) || root["at"].get(at) || root["problem"].get(problem))
      return std::nullopt;
    return LastError{std::string(at), std::string(problem)};
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace relayburn
