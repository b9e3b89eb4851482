#pragma once
// Whether the way to the server is safe: a host beyond this machine without TLS is refused unless
// it is listed. Knows nothing of libpq, so that it is tested without.

#include <string>
#include <string_view>
#include <vector>

namespace relayburn {

enum class Transport {
  AsAsked,     // this machine, a listed host, or TLS is demanded already
  RequireTls,  // plain text would be possible: TLS is demanded
  Refused,     // plain text is demanded
};

// "localhost", 127.0.0.0/8, ::1, and directories of sockets; not what a name may resolve to.
bool is_loopback(std::string_view host);

// A server as libpq is told of it: by name, by address, or by both. Neither: the local socket.
struct PgHost {
  std::string name;     // of `host`
  std::string address;  // of `hostaddr`

  friend bool operator==(const PgHost&, const PgHost&) = default;
};

// `host` and `hostaddr` are comma lists.
std::vector<PgHost> hosts_of(std::string_view host, std::string_view hostaddr);

Transport transport_of(const std::vector<PgHost>& hosts, std::string_view sslmode,
                       std::string_view gssencmode,
                       const std::vector<std::string>& plaintext_hosts);

// Whether this one may be talked to in plain text: it is listed, by name or address, or both are of
// this machine.
bool may_be_plain(const PgHost& host, const std::vector<std::string>& plaintext_hosts);

}  // namespace relayburn
