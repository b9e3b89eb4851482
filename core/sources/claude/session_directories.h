#pragma once
// Where the sessions of a log ran last: some lines do not say it.

#include <map>
#include <string>
#include <string_view>

#include "core/records/records.h"

namespace relayburn {

class SessionDirectories {
 public:
  // The directory that a line states, which is kept, else the last one that its session stated.
  // Lives until the next call.
  OptText directory_of(OptText session, OptText stated);

  // For the state of a cursor, which is bounded: of very many sessions some are forgotten.
  std::string to_text() const;
  // False where the text is none of to_text().
  bool restore(std::string_view text);

 private:
  std::map<std::string, std::string, std::less<>> directories_;
  size_t bytes_ = 0;
};

}  // namespace relayburn
