#include "core/base/sha256.h"

#include <openssl/evp.h>

#include "core/base/error.h"

namespace relayburn {
namespace {

// Fetched once a process: a fetch costs more than the hash of a key.
const EVP_MD* sha256_algorithm() {
  static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  if (algorithm == nullptr) throw Error(ErrorKind::Internal, "OpenSSL offers no SHA256");
  return algorithm;
}

}  // namespace

struct Sha256::Context {
  Context() : evp(EVP_MD_CTX_new()) {
    if (evp == nullptr) throw Error(ErrorKind::Internal, "OpenSSL has no memory for a digest");
  }
  ~Context() { EVP_MD_CTX_free(evp); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  void begin() {
    if (EVP_DigestInit_ex2(evp, sha256_algorithm(), nullptr) != 1)
      throw Error(ErrorKind::Internal, "OpenSSL cannot begin a SHA256");
  }

  EVP_MD_CTX* evp;
};

Sha256::Sha256() : context_(std::make_unique<Context>()) { context_->begin(); }
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::string_view bytes) {
  EVP_DigestUpdate(context_->evp, bytes.data(), bytes.size());
}

Digest Sha256::finish() {
  Digest digest;
  EVP_DigestFinal_ex(context_->evp, digest.data(), nullptr);
  context_->begin();
  return digest;
}

namespace {

Digest digest_of(std::string_view bytes) {
  thread_local Sha256 hasher;
  hasher.update(bytes);
  return hasher.finish();
}

}  // namespace

Key hash_key(std::string_view bytes) {
  const Digest digest = digest_of(bytes);
  Key key;
  std::memcpy(key.bytes.data(), digest.data(), key.bytes.size());
  return key;
}

uint64_t hash_u64(std::string_view bytes) {
  const Digest digest = digest_of(bytes);
  uint64_t value = 0;
  for (size_t i = 0; i < 8; ++i) value = value << 8 | digest[i];
  return value;
}

std::string hex_digest(const Digest& digest) {
  std::string hex;
  append_hex(hex, {reinterpret_cast<const char*>(digest.data()), digest.size()});
  return hex;
}

}  // namespace relayburn
