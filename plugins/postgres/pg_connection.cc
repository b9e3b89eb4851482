#include "plugins/postgres/pg_connection.h"

#include <poll.h>

#include <charconv>
#include <cstring>

namespace relayburn {
namespace {

constexpr int kLongWaitMs = 5000;

// An operator, function or type of another role must never be found in place of the one that is
// meant, whatever search_path the role or the database has. It is set in each transaction because a
// transaction pooler keeps no session. Temporary tables come last: unnamed, they would come first.
constexpr const char* kCatalogAlone = "SET LOCAL search_path = pg_catalog, pg_temp";
constexpr size_t kBeginStatements = 2;

std::string begin_sql(Transaction kind) {
  switch (kind) {
    case Transaction::ReadCommitted:
      return "BEGIN ISOLATION LEVEL READ COMMITTED";
    case Transaction::ReadCommittedReadOnly:
      return "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY";
    case Transaction::Repeatable:
      return "BEGIN ISOLATION LEVEL REPEATABLE READ";
    case Transaction::RepeatableReadOnly:
      break;
  }
  return "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
}

short poll_socket(int socket, short events, int timeout_ms) {
  pollfd waiting{socket, events, 0};
  if (poll(&waiting, 1, timeout_ms) < 0) return 0;  // EINTR: the caller looks again
  return waiting.revents;
}

}  // namespace

Cell PgResult::cell(int row, int column) const {
  if (is_null(row, column)) return {};
  switch (static_cast<PgType>(PQftype(result_.get(), column))) {
    case PgType::Bool:
      return bytes(row, column)[0] != 0 ? Cell::integer(1) : Cell();
    case PgType::Int4:
    case PgType::Int8:
      return Cell::integer(integer(row, column));
    case PgType::TimestampTz:
      return Cell::integer(instant(row, column).us);
    default:
      return Cell::text(bytes(row, column));
  }
}

int64_t PgResult::affected_rows() const {
  const char* text = PQcmdTuples(result_.get());
  int64_t count = 0;
  std::from_chars(text, text + std::strlen(text), count);
  return count;
}

PgConnection::PgConnection(const PgEndpoint& target, Log& log, Silence max_silence)
    : target_(target), log_(log), handle_(target.connect(log)), max_silence_(max_silence) {
  // Or two ends that both wait to get rid of a lot would wait for ever.
  PQsetnonblocking(handle_.get(), 1);
}

void PgConnection::fail_connection() const {
  throw PgError("", "lost the connection to " + target_.name() + ": " +
                        target_.presentable(PQerrorMessage(handle_.get())));
}

PgError PgConnection::error_of(const PGresult* result) const {
  const char* code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  // Never its detail, which quotes rows. What libpq itself says has no such field.
  const char* text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  return PgError(code == nullptr ? "" : code,
                 target_.name() + ": " +
                     (text != nullptr ? text : target_.presentable(PQresultErrorMessage(result))));
}

void PgConnection::send(const PgStatement& statement) {
  const size_t count = statement.parameters.size();
  std::vector<Oid> types(count);
  std::vector<const char*> values(count);
  std::vector<int> lengths(count);
  const std::vector<int> formats(count, 1);
  for (size_t i = 0; i < count; ++i) {
    const PgParameter& parameter = statement.parameters[i];
    types[i] = static_cast<Oid>(parameter.type);
    values[i] = parameter.bytes.data();
    lengths[i] = static_cast<int>(parameter.bytes.size());
  }
  constexpr int binary_results = 1;
  if (PQsendQueryParams(handle_.get(), statement.sql.c_str(), static_cast<int>(count), types.data(),
                        values.data(), lengths.data(), formats.data(), binary_results) == 0)
    fail_connection();
}

void PgConnection::wait_for_server() {
  const int is_unsent = PQflush(handle_.get());
  if (is_unsent < 0) fail_connection();
  const short events = static_cast<short>(is_unsent > 0 ? POLLIN | POLLOUT : POLLIN);
  const auto begin = std::chrono::steady_clock::now();
  const short ready = poll_socket(PQsocket(handle_.get()), events, is_mute_ ? 0 : kLongWaitMs);
  if (ready != 0) return consume(ready);
  if (!is_mute_) log_.write(LogLevel::Info, "still waiting for " + target_.name());
  wait_longer(events, begin);
}

void PgConnection::wait_longer(short events, std::chrono::steady_clock::time_point begin) {
  while (!is_mute_) {
    if (const short ready = poll_socket(PQsocket(handle_.get()), events, kLongWaitMs); ready != 0)
      return consume(ready);
    is_mute_ = std::chrono::steady_clock::now() - begin >= max_silence_;
  }
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(max_silence_);
  throw PgError("", "no answer from " + target_.name() + " for " + std::to_string(minutes.count()) +
                        " minutes");
}

void PgConnection::consume(short ready) {
  if ((ready & ~POLLOUT) != 0 && PQconsumeInput(handle_.get()) == 0) fail_connection();
}

PGresult* PgConnection::next_result() {
  while (PQisBusy(handle_.get()) != 0) wait_for_server();
  return PQgetResult(handle_.get());
}

void PgConnection::skip(PGresult* result) {
  const PgResult skipped(result);
  if (result == nullptr && PQstatus(handle_.get()) != CONNECTION_OK) fail_connection();
  if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) --unread_;
}

void PgConnection::skip_all_but(int newest) {
  while (unread_ > newest) skip(next_result());
  if (unread_ == 0 && PQexitPipelineMode(handle_.get()) == 0) fail_connection();
}

void PgConnection::send_all(std::span<const PgStatement> statements) {
  if (PQenterPipelineMode(handle_.get()) == 0) fail_connection();
  for (const PgStatement& statement : statements) send(statement);
  if (PQpipelineSync(handle_.get()) == 0) fail_connection();
  ++unread_;
}

void PgConnection::check(const PgResult& result) {
  if (result.get() == nullptr) fail_connection();
  const ExecStatusType status = PQresultStatus(result.get());
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_SINGLE_TUPLE)
    return;
  const PgError error = error_of(result.get());
  try {
    if (PQstatus(handle_.get()) == CONNECTION_OK) skip_all_but(0);
  } catch (const PgError&) {
    // The first error is the reason; that the server then hung up is no news.
  }
  throw error;
}

std::vector<PgResult> PgConnection::take_results(size_t count) {
  std::vector<PgResult> results;
  for (size_t i = 0; i < count; ++i) {
    results.emplace_back(next_result());
    check(results.back());
    if (PgResult(next_result()).get() != nullptr) fail_connection();
  }
  skip_all_but(0);
  return results;
}

void PgConnection::send_begin(Transaction kind, std::span<const PgStatement> statements) {
  std::vector<PgStatement> all = {{begin_sql(kind), {}}, {kCatalogAlone, {}}};
  all.insert(all.end(), statements.begin(), statements.end());
  send_all(all);
}

std::vector<PgResult> PgConnection::take_begun(size_t count) {
  std::vector<PgResult> results = take_results(kBeginStatements + count);
  results.erase(results.begin(), results.begin() + kBeginStatements);
  return results;
}

std::vector<PgResult> PgConnection::begin(Transaction kind,
                                          std::span<const PgStatement> statements) {
  send_begin(kind, statements);
  skip_all_but(1);
  return take_begun(statements.size());
}

std::vector<PgResult> PgConnection::run_all(std::span<const PgStatement> statements) {
  send_all(statements);
  skip_all_but(1);
  return take_results(statements.size());
}

PgResult PgConnection::run(PgStatement statement) {
  return std::move(run_all({&statement, 1}).front());
}

std::vector<PgResult> PgConnection::read_all(std::span<const PgStatement> statements) {
  send_begin(Transaction::ReadCommittedReadOnly, statements);
  // A pipeline of its own: it ends the transaction also where one of them fails.
  const PgStatement end{"COMMIT", {}};
  send_all({&end, 1});
  skip_all_but(2);
  return take_begun(statements.size());
}

void PgConnection::stream(const PgStatement& statement,
                          const std::function<void(const PgResult&)>& sink) {
  send_all({&statement, 1});
  skip_all_but(1);
  // Outside of a pipeline this mode would stay on for the next statement (libpq 15).
  if (PQsetSingleRowMode(handle_.get()) == 0) fail_connection();
  while (true) {
    const PgResult result(next_result());
    if (result.get() == nullptr) break;
    check(result);
    if (PQresultStatus(result.get()) == PGRES_SINGLE_TUPLE) sink(result);
  }
  skip_all_but(0);
}

void PgConnection::run_script(const std::string& sql) {
  if (unread_ > 0) skip_all_but(0);
  if (PQsendQuery(handle_.get(), sql.c_str()) == 0) fail_connection();
  // Read to the end, also after an error: the connection is of use only then.
  std::vector<PgError> errors;
  while (true) {
    const PgResult result(next_result());
    if (result.get() == nullptr) break;
    if (PQresultStatus(result.get()) == PGRES_FATAL_ERROR) errors.push_back(error_of(result.get()));
  }
  if (!errors.empty()) throw errors.front();
}

bool PgConnection::is_fresh() {
  if (PQstatus(handle_.get()) != CONNECTION_OK) return false;
  try {
    if (unread_ > 0) {
      if (PQconsumeInput(handle_.get()) == 0) return false;
      while (unread_ > 0 && PQisBusy(handle_.get()) == 0) skip(PQgetResult(handle_.get()));
      if (unread_ > 0) return true;
      skip_all_but(0);
    }
  } catch (const Error&) {
    return false;
  }
  return PQtransactionStatus(handle_.get()) == PQTRANS_IDLE &&
         poll_socket(PQsocket(handle_.get()), POLLIN, 0) == 0;
}

bool PgConnection::tidy_up() {
  if (PQpipelineStatus(handle_.get()) != PQ_PIPELINE_OFF) return false;
  switch (PQtransactionStatus(handle_.get())) {
    case PQTRANS_IDLE:
      return true;
    case PQTRANS_INTRANS:
    case PQTRANS_INERROR:
      break;
    default:
      return false;
  }
  try {
    const PgStatement leave{"ROLLBACK", {}};
    send_all({&leave, 1});
    return PQflush(handle_.get()) >= 0;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace relayburn
