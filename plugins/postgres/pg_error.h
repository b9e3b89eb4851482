#pragma once
// What PostgreSQL's error codes mean for us. Knows nothing of libpq, so that it is tested without.

#include <string>
#include <string_view>

#include "core/base/error.h"

namespace relayburn {

// Of a code of five characters (PostgreSQL's manual, appendix A); empty where the connection itself
// failed.
ErrorKind kind_of_sqlstate(std::string_view sqlstate);

// The same transaction may well succeed in a moment: a deadlock, a lost connection, a server that
// restarts.
bool is_transient_sqlstate(std::string_view sqlstate);

// The database does not take a value or a row: it breaks a constraint, fits no type or index, or a
// trigger raised an error.
bool is_refusal_sqlstate(std::string_view sqlstate);

inline constexpr std::string_view kUndefinedTable = "42P01";
inline constexpr std::string_view kInsufficientPrivilege = "42501";
inline constexpr std::string_view kReadOnlyTransaction = "25006";
inline constexpr std::string_view kSerializationFailure = "40001";
inline constexpr std::string_view kDeadlockDetected = "40P01";
inline constexpr std::string_view kUniqueViolation = "23505";

class PgError : public Error {
 public:
  PgError(std::string code, const std::string& sentence, std::string what_next = {})
      : Error(kind_of_sqlstate(code), sentence, std::move(what_next)), sqlstate(std::move(code)) {}

  bool is_transient() const { return is_transient_sqlstate(sqlstate); }
  bool is_refusal() const { return is_refusal_sqlstate(sqlstate); }

  std::string sqlstate;
};

}  // namespace relayburn
