#pragma once
// Which server and database are meant, and how we connect to it.

#include <libpq-fe.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/storage/storage_adapter.h"
#include "plugins/postgres/transport_rule.h"

namespace relayburn {

struct PgConnectionEnd {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using PgHandle = std::unique_ptr<PGconn, PgConnectionEnd>;

class PgEndpoint {
 public:
  // Connects to nothing yet. Throws Error{Usage} where the URL says nothing or cannot be parsed,
  // and where it asks for a remote server in plain text.
  explicit PgEndpoint(const OpenContext& context);

  // Throws PgError. What the server remarks on while we connect, and later, goes to the log.
  PgHandle connect(Log& log) const;

  // For people, without secrets: "database relayburn at db.example:5432".
  const std::string& name() const { return name_; }
  // What libpq or the server says, on one line; nothing where it may quote a secret.
  std::string presentable(const char* message) const;

 private:
  bool is_certain() const;
  void resolve();
  [[noreturn]] void refuse(const PGconn* connection) const;
  void check(PGconn* connection) const;

  std::string url_;
  std::string shown_url_;
  std::string name_;
  std::vector<std::string> plaintext_hosts_;
  std::vector<PgHost> hosts_;
  std::vector<std::string> secrets_;
  Transport transport_ = Transport::AsAsked;
  // Settings of libpq that nobody has made, by keyword, and our defaults for them.
  std::vector<std::pair<std::string, std::string>> defaults_;
};

}  // namespace relayburn
