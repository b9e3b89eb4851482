#pragma once
// A connection, and results. Statements have no names and are sent in pipelines, so that many of
// them cost one round trip and a transaction pooler may stand in between. One thread at a time.

#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/postgres/pg_endpoint.h"
#include "plugins/postgres/pg_error.h"
#include "plugins/postgres/pg_wire.h"

namespace relayburn {

class PgResult {
 public:
  explicit PgResult(PGresult* result) : result_(result) {}

  const PGresult* get() const { return result_.get(); }
  int rows() const { return PQntuples(result_.get()); }
  int columns() const { return PQnfields(result_.get()); }
  bool is_null(int row, int column) const { return PQgetisnull(result_.get(), row, column) != 0; }
  // The value's bytes; they live as long as the result.
  std::string_view bytes(int row, int column) const {
    return {PQgetvalue(result_.get(), row, column),
            static_cast<size_t>(PQgetlength(result_.get(), row, column))};
  }
  std::string text(int row, int column) const { return std::string(bytes(row, column)); }
  int64_t integer(int row, int column) const { return integer_from_wire(bytes(row, column)); }
  Instant instant(int row, int column) const { return instant_from_wire(bytes(row, column)); }
  // A flag that is false counts as absent; an instant is its microseconds since 1970.
  Cell cell(int row, int column) const;
  // What a statement did: "COMMIT", "DELETE 3".
  std::string_view command() const { return PQcmdStatus(result_.get()); }
  int64_t affected_rows() const;

 private:
  struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
  };
  std::unique_ptr<PGresult, Clear> result_;
};

enum class Transaction { ReadCommitted, ReadCommittedReadOnly, Repeatable, RepeatableReadOnly };

class PgConnection {
 public:
  using Silence = std::chrono::milliseconds;
  // A proxy can keep a connection alive that nobody answers. Keepalives do not notice that.
  static constexpr Silence kMaxSilence = std::chrono::minutes(5);

  // The target and the log outlive it. Waits for an answer for up to `max_silence`, then throws
  // PgError, and does so at once from then on.
  PgConnection(const PgEndpoint& target, Log& log, Silence max_silence = kMaxSilence);

  // Begins a transaction of this kind, in which names are looked up in pg_catalog alone, and runs
  // the statements in it, all in one pipeline. Returns the results of the statements, in order.
  // Throws PgError as run_all() does; the transaction is then open, and failed.
  std::vector<PgResult> begin(Transaction kind, std::span<const PgStatement> statements);
  // Runs the statements in one pipeline, and gives their results in order. Requires a transaction
  // that begin() opened. Throws PgError for the first that fails, and also where the answer is
  // lost.
  std::vector<PgResult> run_all(std::span<const PgStatement> statements);
  PgResult run(PgStatement statement);
  // The same in a transaction of their own that reads, whatever the session's defaults are.
  std::vector<PgResult> read_all(std::span<const PgStatement> statements);
  // Gives the result row by row as it arrives. The sink must leave the connection alone.
  void stream(const PgStatement& statement, const std::function<void(const PgResult&)>& sink);
  // Statements without parameters, one after the other, in one message.
  void run_script(const std::string& sql);

  // It can be used, and the server has not closed it; waits for nobody. What it was left with may
  // still be unanswered.
  bool is_fresh();
  // Leaves a transaction that is still open, without waiting for that. False where the connection
  // is of no more use.
  bool tidy_up();

 private:
  friend class PgPatience;

  void send(const PgStatement& statement);
  // As one more pipeline.
  void send_all(std::span<const PgStatement> statements);
  void send_begin(Transaction kind, std::span<const PgStatement> statements);
  std::vector<PgResult> take_begun(size_t count);
  std::vector<PgResult> take_results(size_t count);
  // Throws where it is a failure, after everything behind it was read.
  void check(const PgResult& result);
  // nullptr between the results of two statements.
  PGresult* next_result();
  void wait_for_server();
  void wait_longer(short events, std::chrono::steady_clock::time_point begin);
  void consume(short ready);
  // Reads what all pipelines but the newest answered; it interests nobody.
  void skip_all_but(int newest);
  // A result of those.
  void skip(PGresult* result);
  [[noreturn]] void fail_connection() const;
  PgError error_of(const PGresult* result) const;

  const PgEndpoint& target_;
  Log& log_;
  PgHandle handle_;
  Silence max_silence_;
  bool is_mute_ = false;  // it did not answer in time
  int unread_ = 0;        // pipelines that were sent, and not read to their end
};

// Sets how long answers are waited for while it lives: for statements that may take long.
class PgPatience {
 public:
  // It waits for others, or changes the schema.
  static constexpr PgConnection::Silence kEndless = std::chrono::hours(24 * 365);
  // It works on a whole table.
  static constexpr PgConnection::Silence kLong = std::chrono::hours(1);

  PgPatience(PgConnection& connection, PgConnection::Silence silence)
      : connection_(connection), before_(connection.max_silence_) {
    connection.max_silence_ = silence;
  }
  ~PgPatience() { connection_.max_silence_ = before_; }
  PgPatience(const PgPatience&) = delete;
  PgPatience& operator=(const PgPatience&) = delete;

 private:
  PgConnection& connection_;
  const PgConnection::Silence before_;
};

}  // namespace relayburn
