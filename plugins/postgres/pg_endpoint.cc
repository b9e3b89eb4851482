#include "plugins/postgres/pg_endpoint.h"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <sstream>

#include "core/config/database_url.h"
#include "plugins/postgres/pg_error.h"

namespace relayburn {
namespace {

constexpr int kOldestServer = 140000;
constexpr std::chrono::seconds kPromptAnswer{3};
constexpr const char* kMalformed = "the database URL is malformed";
constexpr const char* kHowToWriteIt =
    "it is postgres://USER@HOST:PORT/DATABASE or a list of keyword=value; in a URL what is special "
    "is escaped, as in %40 for @";

struct ConninfoEnd {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using Conninfo = std::unique_ptr<PQconninfoOption, ConninfoEnd>;

std::string value_of(const PQconninfoOption* options, std::string_view keyword) {
  for (const PQconninfoOption* option = options; option->keyword != nullptr; ++option)
    if (option->keyword == keyword) return option->val == nullptr ? "" : option->val;
  return {};
}

// Keywords and values as PQconnectdbParams wants them; the later of two for one keyword wins.
class Parameters {
 public:
  void add(const char* keyword, const char* value) {
    keywords_.push_back(keyword);
    values_.push_back(value);
  }
  // Only begins to connect.
  PgHandle start() {
    add(nullptr, nullptr);
    constexpr int expand_dbname = 1;
    PgHandle handle(PQconnectStartParams(keywords_.data(), values_.data(), expand_dbname));
    if (!handle) throw std::bad_alloc();
    return handle;
  }

 private:
  std::vector<const char*> keywords_;
  std::vector<const char*> values_;
};

// Everything that libpq would connect with: from the URL, the environment, a service file and its
// own defaults. It has no function for that, but before it connects it checks what it is told, and
// a refused connection can be asked: so it is told one thing that is wrong.
PgHandle probe_options(const std::string& url) {
  Parameters parameters;
  parameters.add("dbname", url.c_str());
  parameters.add("target_session_attrs", "none, this is only a question");
  return parameters.start();
}

// libpq looks at a port only when it connects.
bool are_ports(const std::string& list) {
  std::istringstream ports(list);
  for (std::string port; std::getline(ports, port, ',');)
    if (port.find_first_not_of("0123456789") != std::string::npos || port.size() > 5 ||
        std::atoi(port.c_str()) > 65535)
      return false;
  return true;
}

std::string name_of(const PQconninfoOption* options, const PgHost& host) {
  std::string place = host.name.empty() ? host.address : host.name;
  const std::string port = value_of(options, "port");
  if (!port.empty() && !place.empty()) place += ":" + port;
  if (!host.name.empty() && !host.address.empty()) place += " (" + host.address + ")";
  std::string database = value_of(options, "dbname");
  if (database.empty()) database = value_of(options, "user");
  return "database '" + database + "' at " + (place.empty() ? "the local socket" : place);
}

void log_notice(void* log, const PGresult* result) {
  const char* text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  if (text != nullptr) static_cast<Log*>(log)->write(LogLevel::Debug, text);
}

// False where there was no answer for a while; else the connection stands, or never will.
bool finish_connecting(PGconn* connection) {
  const auto deadline = std::chrono::steady_clock::now() + kPromptAnswer;
  PostgresPollingStatusType next =
      PQstatus(connection) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
  while (next != PGRES_POLLING_OK && next != PGRES_POLLING_FAILED) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd waiting{PQsocket(connection),
                   static_cast<short>(next == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
    if (poll(&waiting, 1, static_cast<int>(left.count())) > 0) next = PQconnectPoll(connection);
  }
  return true;
}

// Takes care of hosts that vanish without a word.
constexpr std::pair<const char*, const char*> kDefaults[] = {
    {"connect_timeout", "10"}, {"keepalives_idle", "30"},     {"keepalives_interval", "10"},
    {"keepalives_count", "3"}, {"tcp_user_timeout", "60000"},
};

}  // namespace

PgEndpoint::PgEndpoint(const OpenContext& context)
    : url_(context.location),
      shown_url_(redact_database_url(context.location)),
      plaintext_hosts_(context.allow_plaintext_hosts) {
  if (url_.empty())
    throw Error(ErrorKind::Usage, "postgres needs the URL of a database",
                "set RELAYBURN_DATABASE_URL, or database_url in config.toml");
  resolve();
}

void PgEndpoint::resolve() {
  // What libpq says of a malformed string may quote any part of it.
  char* message = nullptr;
  const Conninfo written(PQconninfoParse(url_.c_str(), &message));
  PQfreemem(message);
  if (!written) throw Error(ErrorKind::Usage, kMalformed, kHowToWriteIt);
  const PgHandle question = probe_options(url_);
  const Conninfo options(PQconninfo(question.get()));
  if (!options) throw std::bad_alloc();
  for (const char* keyword : {"password", "sslpassword"})
    if (std::string secret = value_of(options.get(), keyword); !secret.empty())
      secrets_.push_back(std::move(secret));
  hosts_ = hosts_of(value_of(options.get(), "host"), value_of(options.get(), "hostaddr"));
  name_ = is_certain() ? name_of(options.get(), hosts_.front()) : "the database";
  const std::string complaint = PQerrorMessage(question.get());
  if (complaint.find("target_session_attrs") == std::string::npos)
    throw Error(ErrorKind::Usage, "the database URL: " + presentable(complaint.c_str()));
  if (!are_ports(value_of(options.get(), "port")))
    throw Error(ErrorKind::Usage, "the database URL: a port is a number up to 65535");
  for (const auto& [keyword, value] : kDefaults)
    if (value_of(options.get(), keyword).empty()) defaults_.emplace_back(keyword, value);
  transport_ = transport_of(hosts_, value_of(options.get(), "sslmode"),
                            value_of(options.get(), "gssencmode"), plaintext_hosts_);
  if (transport_ == Transport::Refused)
    throw Error(ErrorKind::Usage,
                name_ + " is not on this machine, and sslmode=disable asks for plain text",
                "use sslmode=verify-full, or list the host in allow_plaintext_hosts");
}

// Of a URL that may be cut in the wrong places nobody knows which piece is the password.
bool PgEndpoint::is_certain() const { return shown_url_.find("…") == std::string::npos; }

std::string PgEndpoint::presentable(const char* message) const {
  std::string text = message == nullptr ? "" : message;
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  // Its further lines are indented.
  for (size_t i; (i = text.find('\n')) != std::string::npos;)
    text.replace(i, text.find_first_not_of("\n\t ", i) - i, " ");
  const bool quotes_secret = std::any_of(
      secrets_.begin(), secrets_.end(),
      [&](const std::string& secret) { return text.find(secret) != std::string::npos; });
  if (!is_certain() || quotes_secret) return "libpq's reason is not shown, it may quote a secret";
  return text.empty() ? "no reason given" : text;
}

PgHandle PgEndpoint::connect(Log& log) const {
  Parameters parameters;
  parameters.add("fallback_application_name", "relayburn/" RELAYBURN_VERSION);
  for (const auto& [keyword, value] : defaults_) parameters.add(keyword.c_str(), value.c_str());
  parameters.add("dbname", url_.c_str());
  parameters.add("client_encoding", "UTF8");
  if (transport_ == Transport::RequireTls) parameters.add("sslmode", "require");
  PgHandle connection = parameters.start();
  // libpq prints what the server remarks on, if nobody else takes it.
  PQsetNoticeReceiver(connection.get(), log_notice, &log);
  // One that does not answer libpq alone can leave for the next host or address: it starts anew.
  if (hosts_.size() > 1 || !finish_connecting(connection.get())) PQreset(connection.get());
  if (PQstatus(connection.get()) != CONNECTION_OK) refuse(connection.get());
  check(connection.get());
  return connection;
}

void PgEndpoint::refuse(const PGconn* connection) const {
  const std::string reason = presentable(PQerrorMessage(connection));
  std::string hint = is_certain() ? "" : kHowToWriteIt;
  if (transport_ == Transport::RequireTls && reason.find("SSL") != std::string::npos)
    hint = "set up TLS on the server, or list the host in allow_plaintext_hosts";
  // libpq has no code for a failed connection; what the server said of it stands in the text.
  const bool is_refused = reason.find("authentication failed") != std::string::npos ||
                          reason.find("no pg_hba.conf entry") != std::string::npos ||
                          reason.find("no password supplied") != std::string::npos ||
                          reason.find("does not exist") != std::string::npos;
  throw PgError(is_refused ? "28000" : "", "cannot connect to " + name_ + ": " + reason, hint);
}

void PgEndpoint::check(PGconn* connection) const {
  const auto text_or_nothing = [](const char* text) { return text == nullptr ? "" : text; };
  const PgHost host{text_or_nothing(PQhost(connection)), text_or_nothing(PQhostaddr(connection))};
  const bool is_encrypted = PQsslInUse(connection) != 0 || PQgssEncInUse(connection) != 0;
  if (!is_encrypted && !may_be_plain(host, plaintext_hosts_))
    throw PgError("28000", name_ + " is not on this machine and does not use TLS",
                  "set up TLS on the server, or list the host in allow_plaintext_hosts");
  if (PQserverVersion(connection) < kOldestServer)
    throw PgError("58000", name_ + " is PostgreSQL " +
                               std::to_string(PQserverVersion(connection) / 10000) +
                               ", relayburn needs 14 or newer");
  const char* encoding = PQparameterStatus(connection, "server_encoding");
  if (encoding != nullptr && std::string_view(encoding) != "UTF8")
    throw PgError("58000", name_ + " has the encoding " + encoding + ", relayburn needs UTF8",
                  "createdb --encoding UTF8 --template template0 NAME");
}

}  // namespace relayburn
