#include "plugins/postgres/pg_refused.h"

#include <string>

#include "core/base/key.h"
#include "plugins/postgres/pg_error.h"

namespace relayburn {
namespace {

constexpr int64_t kMaxReasons = 10;

class RefusalSearch {
 public:
  RefusalSearch(PgConnection& connection, const Batch& batch, Log& log)
      : connection_(connection), batch_(batch), log_(log) {}

  RefusedRows run() {
    for (const Kind kind : kAllKinds) search(kind, 0, batch_.row_count(kind));
    const int64_t silent = refused_.count() - kMaxReasons;
    if (silent > 0)
      log_.write(LogLevel::Error, std::to_string(silent) + " more records were set aside");
    return std::move(refused_);
  }

 private:
  // Halves find each of a few bad ones among many in few questions.
  void search(Kind kind, size_t first, size_t end) {
    if (first == end || are_taken(kind, first, end)) return;
    if (end - first > 1) {
      const size_t middle = first + (end - first) / 2;
      search(kind, first, middle);
      search(kind, middle, end);
      return;
    }
    // A pooler that lost its server may have confused statements: only what is refused twice is.
    if (are_taken(kind, first, end)) return;
    refused_.of_kind[index_of(kind)].push_back(first);
    if (refused_.count() > kMaxReasons) return;
    log_.write(LogLevel::Error, std::string(describe(kind).name) + " " +
                                    to_hex(batch_.row(kind, first)[kIdColumn].key()) +
                                    " was set aside and counted as rejected, the database takes "
                                    "no such value: " +
                                    reason_);
  }

  bool are_taken(Kind kind, size_t first, size_t end) {
    try {
      const PgStatement question = values_alone(kind, first, end);
      connection_.read_all({&question, 1});
      return true;
    } catch (const PgError& error) {
      if (!error.is_refusal()) throw;
      reason_ = error.what();
      return false;
    }
  }

  // The server reads all parameters, also those that the statement does not name.
  PgStatement values_alone(Kind kind, size_t first, size_t end) const {
    PgStatement statement{"SELECT 1", {}};
    const std::span<const Column> columns = describe(kind).columns;
    for (size_t column = 0; column < columns.size(); ++column) {
      PgArray values(pg_type_of(columns[column].type));
      for (size_t i = first; i < end; ++i) values.add_cell(batch_.row(kind, i)[column]);
      statement.parameters.push_back(values.take());
    }
    return statement;
  }

  PgConnection& connection_;
  const Batch& batch_;
  Log& log_;
  RefusedRows refused_;
  std::string reason_;
};

}  // namespace

int64_t RefusedRows::count() const {
  int64_t sum = 0;
  for (const auto& rows : of_kind) sum += static_cast<int64_t>(rows.size());
  return sum;
}

RefusedRows find_refused(PgConnection& connection, const Batch& batch, Log& log) {
  return RefusalSearch(connection, batch, log).run();
}

}  // namespace relayburn
