#pragma once

#include <string_view>

#include "core/base/sha256.h"

namespace relayburn {

// HMAC-SHA256 (RFC 2104).
Digest hmac_sha256(std::string_view key, std::string_view text);

}  // namespace relayburn
