#include "plugins/postgres/transport_rule.h"

#include <catch2/catch.hpp>

namespace relayburn {
namespace {

TEST_CASE("this machine is localhost, its addresses, and sockets") {
  for (const char* host : {"", "/run/postgresql", "@abstract", "localhost", "LocalHost",
                           "127.0.0.1", "127.8.9.1", "::1"})
    CHECK(is_loopback(host));
  for (const char* host : {"db.example", "10.0.0.1", "127.evil.example", "localhost.example",
                           "128.0.0.1", "::2", "0.0.0.0"})
    CHECK_FALSE(is_loopback(host));
}

std::vector<PgHost> named(std::initializer_list<const char*> names) {
  std::vector<PgHost> hosts;
  for (const char* name : names) hosts.push_back({name, ""});
  return hosts;
}

TEST_CASE("hosts are two lists, of names and of addresses") {
  CHECK(hosts_of("", "") == named({""}));
  CHECK(hosts_of("a,b", "") == named({"a", "b"}));
  CHECK(hosts_of("", "10.0.0.1,127.0.0.1") ==
        std::vector<PgHost>{{"", "10.0.0.1"}, {"", "127.0.0.1"}});
  CHECK(hosts_of("a,", "1.1.1.1,2.2.2.2") ==
        std::vector<PgHost>{{"a", "1.1.1.1"}, {"", "2.2.2.2"}});
}

TEST_CASE("on this machine plain text is fine") {
  for (const char* mode : {"", "disable", "allow", "prefer", "require", "verify-full"})
    CHECK(transport_of(named({"localhost", "/run"}), mode, "", {}) == Transport::AsAsked);
}

TEST_CASE("neither the name nor the address alone makes a host this machine") {
  CHECK_FALSE(may_be_plain({"localhost", "10.0.0.1"}, {}));
  CHECK_FALSE(may_be_plain({"/run", "10.0.0.1"}, {}));
  CHECK_FALSE(may_be_plain({"db.example", "127.0.0.1"}, {}));
  CHECK(may_be_plain({"localhost", "127.0.0.1"}, {}));
  CHECK(may_be_plain({"", "::1"}, {}));
}

TEST_CASE("a remote host must use TLS") {
  for (const char* mode : {"", "allow", "prefer"})
    CHECK(transport_of(named({"db.example"}), mode, "prefer", {}) == Transport::RequireTls);
  CHECK(transport_of(named({"db.example"}), "disable", "", {}) == Transport::Refused);
  for (const char* mode : {"require", "verify-ca", "verify-full"})
    CHECK(transport_of(named({"db.example"}), mode, "", {}) == Transport::AsAsked);
  CHECK(transport_of(named({"db.example"}), "disable", "require", {}) == Transport::AsAsked);
}

TEST_CASE("one remote host of several is enough") {
  CHECK(transport_of(named({"localhost", "db.example"}), "prefer", "", {}) ==
        Transport::RequireTls);
}

TEST_CASE("a listed host may be talked to in plain text") {
  CHECK(transport_of(named({"db.example"}), "prefer", "", {"DB.example"}) == Transport::AsAsked);
  CHECK(transport_of(named({"db.example"}), "disable", "", {"db.example"}) == Transport::AsAsked);
  CHECK(transport_of(named({"db.example", "other"}), "", "", {"db.example"}) ==
        Transport::RequireTls);
  CHECK(may_be_plain({"db", "10.0.0.1"}, {"10.0.0.1"}));
  CHECK_FALSE(may_be_plain({"10.0.0.1", ""}, {"10.0.0"}));
}

}  // namespace
}  // namespace relayburn
