#include "core/config/database_url.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace relayburn {
namespace {

constexpr std::string_view kHidden = "***";
constexpr std::string_view kNothingCertain = "postgres://…";

struct Parameter {
  std::string key;
  std::string value;
};

// A connection string taken apart, escapes undone.
struct Parts {
  std::string scheme;  // "postgres://"; empty for a keyword string
  std::string user;
  std::string password;
  std::string hosts;     // "a:1,b:2", as written
  std::string database;  // without the slash
  std::vector<Parameter> parameters;
};

constexpr std::string_view kShownParameters[] = {"host",
                                                 "hostaddr",
                                                 "port",
                                                 "dbname",
                                                 "user",
                                                 "passfile",
                                                 "service",
                                                 "connect_timeout",
                                                 "sslmode",
                                                 "ssl",
                                                 "sslcert",
                                                 "sslkey",
                                                 "sslrootcert",
                                                 "sslcrl",
                                                 "sslnegotiation",
                                                 "channel_binding",
                                                 "gssencmode",
                                                 "krbsrvname",
                                                 "keepalives",
                                                 "keepalives_idle",
                                                 "keepalives_interval",
                                                 "keepalives_count",
                                                 "tcp_user_timeout",
                                                 "client_encoding",
                                                 "application_name",
                                                 "fallback_application_name",
                                                 "target_session_attrs",
                                                 "load_balance_hosts",
                                                 "require_auth",
                                                 "ssl_min_protocol_version",
                                                 "ssl_max_protocol_version"};
// "options" is no password, but its value may hold anything.
constexpr std::string_view kHiddenParameters[] = {
    "password",         "sslpassword",         "scram_client_key",
    "scram_server_key", "oauth_client_secret", "options"};

template <size_t N>
bool is_one_of(std::string_view key, const std::string_view (&keys)[N]) {
  return std::ranges::find(keys, key) != std::end(keys);
}

bool is_secret(std::string_view key) {
  if (is_one_of(key, kShownParameters) || key == "options") return false;
  return is_one_of(key, kHiddenParameters) || key.find("pass") != std::string_view::npos ||
         key.find("secret") != std::string_view::npos;
}

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Text that is too plain to hide a second "user:password@".
bool is_plain(std::string_view text, std::string_view also = {}) {
  return std::ranges::all_of(text, [&](char c) {
    return is_alphanumeric(c) || std::string_view("._~+$-").find(c) != std::string_view::npos ||
           also.find(c) != std::string_view::npos;
  });
}

std::optional<int> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

std::optional<std::string> undo_percent(std::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    if (text.size() - i < 3) return std::nullopt;
    const auto high = hex_digit(text[i + 1]);
    const auto low = hex_digit(text[i + 2]);
    if (!high || !low) return std::nullopt;
    result += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  return result;
}

// What stands before the first of `ends`; it and what follows stay in `rest`.
std::string_view take_until(std::string_view& rest, std::string_view ends) {
  const std::string_view taken = rest.substr(0, rest.find_first_of(ends));
  rest.remove_prefix(taken.size());
  return taken;
}

// "db.example:5432", "[::1]", "%2Frun%2Fpostgresql". Without this check the password of
// "postgres://user:password", which lacks its host, would pass for a port.
bool is_host(std::string_view host) {
  if (host.starts_with('[')) {
    const size_t end = host.find(']');
    if (end == std::string_view::npos || !is_plain(host.substr(1, end - 1), ":%")) return false;
    host.remove_prefix(end + 1);
  } else if (!is_plain(take_until(host, ":"), "%")) {
    return false;
  }
  if (host.empty()) return true;
  if (host.front() != ':' || host.size() > 6) return false;
  return std::ranges::all_of(host.substr(1), [](char c) { return c >= '0' && c <= '9'; });
}

bool are_hosts(std::string_view hosts) {
  while (true) {
    if (!is_host(take_until(hosts, ","))) return false;
    if (hosts.empty()) return true;
    hosts.remove_prefix(1);
  }
}

bool take_query(std::string_view query, Parts& parts) {
  while (!query.empty()) {
    std::string_view pair = take_until(query, "&");
    if (!query.empty()) query.remove_prefix(1);
    const auto key = undo_percent(take_until(pair, "="));
    if (pair.empty() || !key) return false;
    const auto value = undo_percent(pair.substr(1));
    if (!value) return false;
    parts.parameters.push_back({*key, *value});
  }
  return true;
}

// As libpq looks for them: up to the first '@', unless a '/' comes before it.
bool take_credentials(std::string_view& rest, Parts& parts) {
  const size_t end = rest.find_first_of("@/");
  if (end == std::string_view::npos || rest[end] == '/') return true;
  std::string_view credentials = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  const auto user = undo_percent(take_until(credentials, ":"));
  if (!user) return false;
  parts.user = *user;
  if (!credentials.empty()) parts.password = credentials.substr(1);
  return true;
}

std::optional<Parts> parse_url(std::string_view scheme, std::string_view rest) {
  Parts parts;
  parts.scheme = scheme;
  if (!take_credentials(rest, parts)) return std::nullopt;
  // An '@' that is left belonged to a password that is not escaped.
  if (rest.find('@') != std::string_view::npos) return std::nullopt;
  parts.hosts = take_until(rest, "/?");
  if (rest.starts_with('/')) {
    rest.remove_prefix(1);
    const auto database = undo_percent(take_until(rest, "?"));
    if (!database) return std::nullopt;
    parts.database = *database;
  }
  if (!rest.empty() && !take_query(rest.substr(1), parts)) return std::nullopt;
  return parts;
}

constexpr std::string_view kBlanks = " \t\n\r\f\v";

void skip_blanks(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(kBlanks), rest.size()));
}

// A value of a keyword string: bare or in single quotes, with backslash escapes in both.
std::optional<std::string> take_value(std::string_view& rest) {
  std::string value;
  const bool is_quoted = rest.starts_with('\'');
  if (is_quoted) rest.remove_prefix(1);
  while (!rest.empty()) {
    const char c = rest.front();
    if (!is_quoted && kBlanks.find(c) != std::string_view::npos) return value;
    rest.remove_prefix(1);
    if (is_quoted && c == '\'') return value;
    if (c != '\\') {
      value += c;
    } else if (!rest.empty()) {
      value += rest.front();
      rest.remove_prefix(1);
    }
  }
  if (is_quoted) return std::nullopt;
  return value;
}

std::optional<Parts> parse_keywords(std::string_view rest) {
  Parts parts;
  for (skip_blanks(rest); !rest.empty(); skip_blanks(rest)) {
    const std::string key(take_until(rest, " \t\n\r\f\v="));
    skip_blanks(rest);
    if (key.empty() || !rest.starts_with('=')) return std::nullopt;
    rest.remove_prefix(1);
    skip_blanks(rest);
    const auto value = take_value(rest);
    if (!value) return std::nullopt;
    parts.parameters.push_back({key, *value});
  }
  return parts;
}

std::optional<Parts> parse(std::string_view url) {
  for (const std::string_view scheme : {"postgres://", "postgresql://"}) {
    if (url.starts_with(scheme)) return parse_url(scheme, url.substr(scheme.size()));
  }
  return parse_keywords(url);
}

bool is_certain(const Parts& parts) {
  return is_plain(parts.user, "@") && are_hosts(parts.hosts) && is_plain(parts.database) &&
         std::ranges::all_of(parts.parameters, [](const Parameter& parameter) {
           return is_one_of(parameter.key, kHiddenParameters) ||
                  (is_one_of(parameter.key, kShownParameters) && is_plain(parameter.value, "/,"));
         });
}

std::string shown(const Parts& parts) {
  const bool is_url = !parts.scheme.empty();
  std::string text = parts.scheme + parts.user;
  if (!parts.password.empty()) text.append(":").append(kHidden);
  if (text != parts.scheme) text += '@';
  text += parts.hosts;
  if (!parts.database.empty()) text += "/" + parts.database;
  std::string_view separator = is_url ? "?" : "";
  for (const Parameter& parameter : parts.parameters) {
    const bool is_hidden = is_one_of(parameter.key, kHiddenParameters) && !parameter.value.empty();
    text.append(separator).append(parameter.key).append("=");
    text.append(is_hidden ? kHidden : parameter.value);
    separator = is_url ? "&" : " ";
  }
  return text;
}

}  // namespace

std::string redact_database_url(std::string_view url) {
  const auto parts = parse(url);
  return parts && is_certain(*parts) ? shown(*parts) : std::string(kNothingCertain);
}

bool holds_password(std::string_view url) {
  const auto parts = parse(url);
  if (!parts || !are_hosts(parts->hosts) || !parts->password.empty()) return true;
  // "user%3Apassword@": escaped once too often, and a password all the same.
  if (parts->user.find(':') != std::string::npos) return true;
  return std::ranges::any_of(parts->parameters, [](const Parameter& parameter) {
    return is_secret(parameter.key) && !parameter.value.empty();
  });
}

}  // namespace relayburn
