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

// The hosts by which a connection is judged: libpq's `host`, each by its name where it has one,
// else `hostaddr`. Both are comma lists; an empty host is the local socket.
std::vector<std::string> hosts_of(std::string_view host, std::string_view hostaddr);

Transport transport_of(const std::vector<std::string>& hosts, std::string_view sslmode,
                       std::string_view gssencmode,
                       const std::vector<std::string>& plaintext_hosts);

// Whether this one may be talked to in plain text.
bool may_be_plain(std::string_view host, const std::vector<std::string>& plaintext_hosts);

}  // namespace relayburn
