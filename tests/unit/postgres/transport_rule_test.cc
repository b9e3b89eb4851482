#include "plugins/postgres/transport_rule.h"

#include <catch2/catch.hpp>

namespace relayburn {
namespace {

using Strings = std::vector<std::string>;

TEST_CASE("this machine is localhost, its addresses, and sockets") {
  for (const char* host : {"", "/run/postgresql", "@abstract", "localhost", "LocalHost",
                           "127.0.0.1", "127.8.9.1", "::1"})
    CHECK(is_loopback(host));
  for (const char* host : {"db.example", "10.0.0.1", "127.evil.example", "localhost.example",
                           "128.0.0.1", "::2", "0.0.0.0"})
    CHECK_FALSE(is_loopback(host));
}

TEST_CASE("a host is judged by its name, where it has one") {
  CHECK(hosts_of("", "") == Strings{""});
  CHECK(hosts_of("a,b", "") == Strings{"a", "b"});
  CHECK(hosts_of("db.example", "127.0.0.1") == Strings{"db.example"});
  CHECK(hosts_of("", "10.0.0.1,127.0.0.1") == Strings{"10.0.0.1", "127.0.0.1"});
  CHECK(hosts_of("a,", "1.1.1.1,2.2.2.2") == Strings{"a", "2.2.2.2"});
}

TEST_CASE("on this machine plain text is fine") {
  for (const char* mode : {"", "disable", "allow", "prefer", "require", "verify-full"})
    CHECK(transport_of({"localhost", "/run"}, mode, "", {}) == Transport::AsAsked);
}

TEST_CASE("a remote host must use TLS") {
  for (const char* mode : {"", "allow", "prefer"})
    CHECK(transport_of({"db.example"}, mode, "prefer", {}) == Transport::RequireTls);
  CHECK(transport_of({"db.example"}, "disable", "", {}) == Transport::Refused);
  for (const char* mode : {"require", "verify-ca", "verify-full"})
    CHECK(transport_of({"db.example"}, mode, "", {}) == Transport::AsAsked);
  CHECK(transport_of({"db.example"}, "disable", "require", {}) == Transport::AsAsked);
}

TEST_CASE("one remote host of several is enough") {
  CHECK(transport_of({"localhost", "db.example"}, "prefer", "", {}) == Transport::RequireTls);
}

TEST_CASE("a listed host may be talked to in plain text") {
  CHECK(transport_of({"db.example"}, "prefer", "", {"DB.example"}) == Transport::AsAsked);
  CHECK(transport_of({"db.example"}, "disable", "", {"db.example"}) == Transport::AsAsked);
  CHECK(transport_of({"db.example", "other"}, "", "", {"db.example"}) == Transport::RequireTls);
  CHECK(may_be_plain("10.0.0.1", {"10.0.0.1"}));
  CHECK_FALSE(may_be_plain("10.0.0.1", {"10.0.0"}));
}

}  // namespace
}  // namespace relayburn
