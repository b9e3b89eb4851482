#pragma once
// Values in PostgreSQL's binary formats: big-endian integers, instants as microseconds since 2000,
// arrays as in the server's array_recv(). Knows nothing of libpq, so that it is tested without.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/instant.h"
#include "core/records/cell.h"
#include "core/records/kinds.h"

namespace relayburn {

// Object ids of pg_type, fixed for ever.
enum class PgType : uint32_t {
  Bool = 16,
  Bytea = 17,
  Int8 = 20,
  Int4 = 23,
  Text = 25,
  TimestampTz = 1184,
  BoolArray = 1000,
  TextArray = 1009,
  ByteaArray = 1001,
  Int8Array = 1016,
  TimestampTzArray = 1185,
};

PgType pg_type_of(ColumnType type);
PgType array_of(PgType element);

struct PgParameter {
  PgType type;
  std::string bytes;
};

PgParameter pg_integer(int64_t value);
PgParameter pg_text(std::string_view value);
PgParameter pg_instant(Instant value);

// An array of one dimension.
class PgArray {
 public:
  explicit PgArray(PgType element);

  void add_integer(int64_t value);  // also an instant's microseconds since 1970
  void add_flag(bool value);
  void add_bytes(std::string_view value);  // also text
  void add_null();
  void add_cell(const Cell& value);

  PgParameter take();

 private:
  void add_length(int32_t length);

  PgType element_;
  uint32_t count_ = 0;
  std::string bytes_;
};

struct PgStatement {
  std::string sql;  // parameters are $1, $2, …
  std::vector<PgParameter> parameters;
};

// Reads a result's value; `bytes` has what its type promises.
int64_t integer_from_wire(std::string_view bytes);  // of 1, 4 or 8 bytes
Instant instant_from_wire(std::string_view bytes);

}  // namespace relayburn
