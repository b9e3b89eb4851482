#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/key.h"

namespace relayburn {

using Digest = std::array<uint8_t, 32>;

// A running SHA-256. Not for use by several threads at once.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(std::string_view bytes);
  // The digest of all updates; begins anew.
  Digest finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

// H of LEDGER.md 1. Uses one context per thread, so it costs no allocation.
Key hash_key(std::string_view bytes);
// The first 8 bytes, big-endian.
uint64_t hash_u64(std::string_view bytes);
std::string hex_digest(const Digest& digest);

}  // namespace relayburn
