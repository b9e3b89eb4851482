#include "plugins/postgres/pg_error.h"

#include <algorithm>

namespace relayburn {
namespace {

template <size_t N>
bool is_one_of(std::string_view code, const std::string_view (&codes)[N]) {
  return std::find(std::begin(codes), std::end(codes), code) != std::end(codes);
}

}  // namespace

ErrorKind kind_of_sqlstate(std::string_view sqlstate) {
  // Insufficient privilege, read-only transaction (a standby), failed authentication.
  if (sqlstate == kInsufficientPrivilege || sqlstate == kReadOnlyTransaction)
    return ErrorKind::Unauthorized;
  // Idle in a transaction for longer than an operator allows; a pooler lost half of a statement.
  constexpr std::string_view lost[] = {"22P03", "25P03", "26000", "34000"};
  if (is_one_of(sqlstate, lost)) return ErrorKind::Unavailable;
  const std::string_view code_class = sqlstate.substr(0, 2);
  if (code_class == "28") return ErrorKind::Unauthorized;
  // Connection, no such database, transaction rollback, resources, limits of the operator's
  // (timeouts, shutdown), not in the right state (lock timeout), system errors.
  constexpr std::string_view unavailable[] = {"", "08", "3D", "40", "53", "55", "57", "58"};
  if (is_one_of(code_class, unavailable)) return ErrorKind::Unavailable;
  // A table or column that our schema version has is not there, or is another.
  if (code_class == "42" || code_class == "3F") return ErrorKind::Corrupt;
  return ErrorKind::Internal;
}

bool is_transient_sqlstate(std::string_view sqlstate) {
  // Suspended for too long in a transaction, serialization failure, deadlock, too many connections,
  // shutdown, crash, starting up, idle for too long. A pooler that lost its server says 08P01;
  // where it passes on only the end of a statement, the next server knows no such statement or
  // portal, or has another client's, whose parameters are of other types.
  constexpr std::string_view transient[] = {"22P03", "25P03", "26000", "34000", "40001", "40P01",
                                            "53300", "57P01", "57P02", "57P03", "57P05"};
  return sqlstate.empty() || sqlstate.substr(0, 2) == "08" || is_one_of(sqlstate, transient);
}

bool is_refusal_sqlstate(std::string_view sqlstate) {
  // Data exception, constraint violation, check option of a view, limit exceeded.
  constexpr std::string_view refusal[] = {"22", "23", "44", "54"};
  constexpr std::string_view raised_by_trigger = "P0001";
  if (is_transient_sqlstate(sqlstate)) return false;
  return sqlstate == raised_by_trigger || is_one_of(sqlstate.substr(0, 2), refusal);
}

}  // namespace relayburn
