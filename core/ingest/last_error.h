#pragma once
// Why the last ingest of this host failed: a run from cron, or a hook, has nobody who reads what it
// says. Kept in `home` until a run succeeds; where it cannot be kept, it is not.

#include <optional>
#include <string>
#include <string_view>

namespace relayburn {

struct LastError {
  std::string at;  // RFC 3339
  std::string problem;
};

void note_error(const std::string& home, std::string_view problem);
void forget_error(const std::string& home);
std::optional<LastError> last_error(const std::string& home);

}  // namespace relayburn
