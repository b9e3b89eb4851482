#include "core/config/price_source.h"

#include <catch2/catch.hpp>

namespace relayburn {
namespace {

TEST_CASE("a source is a URL where it has a scheme, else a file") {
  for (const char* url : {"https://models.dev/api.json", "http://x", "HTTPS://x/y", "ftp://x"})
    CHECK(is_url(url));
  for (const char* file : {"", "api.json", "/tmp/a://b", "./https://x", "://x", "https:/x"})
    CHECK_FALSE(is_url(file));
}

TEST_CASE("a source is shown without what may be secret in it") {
  CHECK(without_credentials("https://models.dev/api.json") == "https://models.dev/api.json");
  CHECK(without_credentials("https://u:p@host:1/a?key=s#f") == "https://host:1/a");
  CHECK(without_credentials("https://u:p@x@host/a") == "https://host/a");
  CHECK(without_credentials("https://u:p/q@host/a") == "https://host/a");
  CHECK(without_credentials("https://host?key=s@x") == "https://host");
  CHECK(without_credentials("/tmp/a?b@c") == "/tmp/a?b@c");
}

}  // namespace
}  // namespace relayburn
