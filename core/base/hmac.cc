#include "core/base/hmac.h"

#include <string>

namespace relayburn {
namespace {

constexpr size_t kBlockBytes = 64;

std::string_view bytes_of(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

Digest hash(std::string_view head, std::string_view tail) {
  Sha256 sha;
  sha.update(head);
  sha.update(tail);
  return sha.finish();
}

std::string padded(std::string_view key, char pad) {
  std::string block(key);
  block.resize(kBlockBytes, '\0');
  for (char& c : block) c = static_cast<char>(c ^ pad);
  return block;
}

}  // namespace

Digest hmac_sha256(std::string_view key, std::string_view text) {
  if (key.size() > kBlockBytes) {
    const Digest shorter = hash(key, {});
    return hmac_sha256(bytes_of(shorter), text);
  }
  const Digest inner = hash(padded(key, 0x36), text);
  return hash(padded(key, 0x5c), bytes_of(inner));
}

}  // namespace relayburn
