#pragma once
// One attempt to append a batch: one transaction, two round trips. The first claims the batch's
// number and asks what is there already, the second writes what is greater, with the counts and
// cursors, and commits.

#include <array>
#include <optional>
#include <vector>

#include "core/storage/storage_adapter.h"
#include "plugins/postgres/pg_connection.h"
#include "plugins/postgres/pg_refused.h"
#include "plugins/postgres/pg_schema.h"

namespace relayburn {

class PgAppend {
 public:
  // The refused rows are left out, and counted as rejected.
  PgAppend(PgConnection& connection, const PgSchema& schema, const Batch& batch,
           const RefusedRows& refused)
      : connection_(connection), schema_(schema), batch_(batch), refused_(refused) {}

  // Throws PgError, whose is_refusal() is true where the database does not take a record.
  Tallies run();

 private:
  struct NewRow {
    Row row;
    int64_t tie;
  };
  using NewRows = std::vector<NewRow>;

  // The counts of the first time, where this batch is in already.
  std::optional<Tallies> ask();
  std::vector<PgStatement> claim() const;
  std::optional<Tallies> counted_before(std::span<const PgResult> answers) const;
  void select_winners(Kind kind, const PgResult& present);
  void write();
  int64_t brought(Kind kind) const;
  void count(Kind kind, const PgResult& written);

  PgStatement write_statement(Kind kind, std::span<const NewRow> rows) const;
  PgStatement cursors_statement(std::span<const Cursor* const> cursors) const;
  bool is_counted() const { return !batch_.run.run_id.empty(); }
  // Adds the tallies of these kinds; where one is empty, what the last batch did becomes nothing.
  void add_count_statements(std::span<const Kind> kinds,
                            std::vector<PgStatement>& statements) const;
  // Names the times of the turns that were written.
  PgStatement changes_statement() const;

  PgConnection& connection_;
  const PgSchema& schema_;
  const Batch& batch_;
  const RefusedRows& refused_;
  std::array<NewRows, kKindCount> new_rows_;  // ascending by key
  Tallies tallies_{};
};

}  // namespace relayburn
