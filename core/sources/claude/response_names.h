#pragma once
// Names the responses of a log whose message ids do not: gateways give one id to many responses, or
// none (FORMAT.md, "Message ids").

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/instant.h"
#include "core/records/records.h"

namespace relayburn {

struct ResponseLine {
  OptText id;       // as the log states it; absent: none
  OptText request;  // requestId
  OptText agent;
  bool is_sidechain = false;
  std::optional<Instant> ts;
  // Prompt side of the usage; all 0: unknown.
  int64_t input = 0;
  int64_t cache_read = 0;
  int64_t cache_create = 0;
  int64_t output = 0;
};

// True where the API itself named the response: such an id stands for one response.
bool is_named_by_api(const ResponseLine& line);

class ResponseNames {
 public:
  // Returns the name of the response that the line is of, unique in its session: the id alone, of
  // the first response of an id in a log; "<id>@<agent>", of the first one of an agent whose id
  // does not look like the API's; else "<id>#<line>". Without an id "uuid:<line>". <line> is the
  // `line_name` of the first line of the response: its uuid, else the hash of its object.
  std::string name_of(const ResponseLine& line, std::string_view line_name);

  // Notes a user line of a chain: a prompt or a tool result.
  void note_user_line(OptText agent, bool is_sidechain, bool is_prompt);

  // For the state of a cursor: empty where every response had an id of the API; at most 16 KiB.
  std::string to_text() const;
  // False where the text is none of to_text().
  bool restore(std::string_view text);

 private:
  // The last response of an id in a chain. Id, chain and request are hashes; empty: none.
  struct Response {
    std::string id;
    std::string chain;
    std::string suffix;   // of its name; empty: the id alone
    std::string request;  // empty: unknown
    int64_t input = 0, cache_read = 0, cache_create = 0, output = 0;
    int64_t since_us = INT64_MIN;  // time of its first line
    int64_t until_us = INT64_MIN;  // time of its last line
    bool has_prompt_after = false;
    bool has_user_line_after = false;
  };

  Response* find(std::string_view id, std::string_view chain);
  Response* find_copied(const ResponseLine& line, std::string_view id);
  bool has_id(std::string_view id) const;
  static bool has_same_prompt_side(const Response& response, const ResponseLine& line);
  static bool is_next_response(const Response& response, const ResponseLine& line);
  static std::string first_suffix(const ResponseLine& line);
  static void note(Response& response, const ResponseLine& line);

  std::vector<Response> responses_;  // ascending by last use
};

}  // namespace relayburn
