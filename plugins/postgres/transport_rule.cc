#include "plugins/postgres/transport_rule.h"

#include <algorithm>

namespace relayburn {
namespace {

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> parts;
  while (true) {
    const size_t comma = list.find(',');
    parts.emplace_back(list.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    list.remove_prefix(comma + 1);
  }
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

// "127.1.2.3", and not "127.evil.example".
bool is_loopback_address(std::string_view host) {
  if (host == "::1") return true;
  return host.starts_with("127.") &&
         host.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

bool is_loopback(std::string_view host) {
  if (host.empty() || host.front() == '/' || host.front() == '@') return true;
  return lower(host) == "localhost" || is_loopback_address(host);
}

std::vector<PgHost> hosts_of(std::string_view host, std::string_view hostaddr) {
  const std::vector<std::string> names = split(host);
  const std::vector<std::string> addresses = split(hostaddr);
  std::vector<PgHost> hosts(std::max(names.size(), addresses.size()));
  for (size_t i = 0; i < names.size(); ++i) hosts[i].name = names[i];
  for (size_t i = 0; i < addresses.size(); ++i) hosts[i].address = addresses[i];
  return hosts;
}

bool may_be_plain(const PgHost& host, const std::vector<std::string>& plaintext_hosts) {
  if (is_loopback(host.name) && is_loopback(host.address)) return true;
  return std::any_of(
      plaintext_hosts.begin(), plaintext_hosts.end(), [&](const std::string& listed) {
        return lower(listed) == lower(host.name) || lower(listed) == lower(host.address);
      });
}

Transport transport_of(const std::vector<PgHost>& hosts, std::string_view sslmode,
                       std::string_view gssencmode,
                       const std::vector<std::string>& plaintext_hosts) {
  const bool is_safe = sslmode == "require" || sslmode == "verify-ca" || sslmode == "verify-full" ||
                       gssencmode == "require";
  const bool may_all_be_plain = std::all_of(hosts.begin(), hosts.end(), [&](const PgHost& host) {
    return may_be_plain(host, plaintext_hosts);
  });
  if (is_safe || may_all_be_plain) return Transport::AsAsked;
  return sslmode == "disable" ? Transport::Refused : Transport::RequireTls;
}

}  // namespace relayburn
