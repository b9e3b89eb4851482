#pragma once

#include <memory>
#include <string_view>

namespace relayburn {

// Whether a text is one whole JSON value in every part: a reader that takes only some fields does
// not look at the others. One object serves many texts; one thread at a time.
class JsonValidator {
 public:
  JsonValidator();
  ~JsonValidator();

  // kJsonPadding readable bytes follow `text`. Numbers of any size and lone surrogates are valid.
  bool is_valid(std::string_view text);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

// The line where a text stops being JSON, if that shows in its bytes alone: a string that nothing
// closes, or bytes that are no UTF-8. Else the end.
const char* broken_json_line(std::string_view text);

}  // namespace relayburn
