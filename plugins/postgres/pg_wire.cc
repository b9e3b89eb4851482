#include "plugins/postgres/pg_wire.h"

#include "plugins/postgres/pg_error.h"

namespace relayburn {
namespace {

constexpr int64_t kPostgresEpochUs = 946'684'800'000'000;  // 2000-01-01T00:00:00Z
constexpr size_t kArrayHeader = 20;
constexpr size_t kMaxBytesOfAValue = (size_t{1} << 30) - 1024;  // the server's limit, nearly

template <class Integer>
void append_big_endian(std::string& out, Integer value) {
  for (int shift = static_cast<int>(sizeof value) * 8 - 8; shift >= 0; shift -= 8)
    out += static_cast<char>(static_cast<uint64_t>(value) >> shift & 0xff);
}

// Instants stay as they are at both ends, which PostgreSQL takes for -infinity and infinity.
int64_t to_postgres_epoch(int64_t us) {
  return us < INT64_MIN + kPostgresEpochUs ? INT64_MIN : us - kPostgresEpochUs;
}

}  // namespace

PgType pg_type_of(ColumnType type) {
  switch (type) {
    case ColumnType::Key:
      return PgType::Bytea;
    case ColumnType::Integer:
      return PgType::Int8;
    case ColumnType::Instant:
      return PgType::TimestampTz;
    case ColumnType::Flag:
      return PgType::Bool;
    case ColumnType::Text:
      break;
  }
  return PgType::Text;
}

PgType array_of(PgType element) {
  switch (element) {
    case PgType::Bool:
      return PgType::BoolArray;
    case PgType::Bytea:
      return PgType::ByteaArray;
    case PgType::Int8:
      return PgType::Int8Array;
    case PgType::TimestampTz:
      return PgType::TimestampTzArray;
    default:
      return PgType::TextArray;
  }
}

PgParameter pg_integer(int64_t value) {
  PgParameter parameter{PgType::Int8, {}};
  append_big_endian(parameter.bytes, value);
  return parameter;
}

PgParameter pg_text(std::string_view value) { return {PgType::Text, std::string(value)}; }

PgParameter pg_instant(Instant value) {
  PgParameter parameter{PgType::TimestampTz, {}};
  append_big_endian(parameter.bytes, to_postgres_epoch(value.us));
  return parameter;
}

PgArray::PgArray(PgType element) : element_(element) { bytes_.assign(kArrayHeader, '\0'); }

void PgArray::add_length(int32_t length) {
  ++count_;
  append_big_endian(bytes_, length);
}

void PgArray::add_integer(int64_t value) {
  add_length(8);
  append_big_endian(bytes_, element_ == PgType::TimestampTz ? to_postgres_epoch(value) : value);
}

void PgArray::add_flag(bool value) {
  add_length(1);
  bytes_ += static_cast<char>(value);
}

void PgArray::add_bytes(std::string_view value) {
  if (value.size() > kMaxBytesOfAValue)
    throw PgError("54000", "a value of " + std::to_string(value.size()) +
                               " bytes is more than PostgreSQL takes");
  add_length(static_cast<int32_t>(value.size()));
  bytes_ += value;
}

void PgArray::add_null() { add_length(-1); }

void PgArray::add_cell(const Cell& value) {
  if (value.is_null()) return add_null();
  if (value.is_text()) return add_bytes(value.text());
  if (element_ == PgType::Bool) return add_flag(value.integer() != 0);
  add_integer(value.integer());
}

PgParameter PgArray::take() {
  // Dimensions, whether there may be nulls, the type of the elements; then length and lower bound
  // of the one dimension.
  std::string header;
  append_big_endian(header, uint32_t{1});
  append_big_endian(header, uint32_t{1});
  append_big_endian(header, static_cast<uint32_t>(element_));
  append_big_endian(header, count_);
  append_big_endian(header, uint32_t{1});
  bytes_.replace(0, kArrayHeader, header);
  return {array_of(element_), std::move(bytes_)};
}

int64_t integer_from_wire(std::string_view bytes) {
  uint64_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<uint8_t>(c);
  if (bytes.size() == 4) return static_cast<int32_t>(value);
  return static_cast<int64_t>(value);
}

Instant instant_from_wire(std::string_view bytes) {
  const int64_t us = integer_from_wire(bytes);
  return {us > INT64_MAX - kPostgresEpochUs ? INT64_MAX : us + kPostgresEpochUs};
}

}  // namespace relayburn
