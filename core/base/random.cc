#include "core/base/random.h"

#include <sys/random.h>

#include "core/base/error.h"
#include "core/base/key.h"

namespace relayburn {

std::string random_id() {
  std::string bytes(16, '\0');
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    throw Error(ErrorKind::Internal, "the system gives no random bytes");
  std::string hex;
  append_hex(hex, bytes);
  return hex;
}

}  // namespace relayburn
