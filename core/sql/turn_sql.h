#pragma once
// The parts that statements over turns, and over their summary, are made of. Both are named t
// there, and have columns of the same names.

#include <array>

#include "core/sql/quarter_ranges.h"
#include "core/sql/snapshot_sql.h"

namespace relayburn {

// What a backend can do for it: runs a statement, gives its rows. Cells of instants are
// microseconds since 1970; they live until the sink returns.
using SqlRunner = std::function<void(const SqlQuery&, const RowSink&)>;

// Tokens that the model was given.
extern const std::string kContextExpression;
// A statement does not grow with what people stamp: of more bounds than these the value itself is
// selected, and core counts those on its near side.
inline constexpr size_t kMaxBoundsInSql = 16;
// True where group_expression() gives the time or the context instead of the side it is on.
bool is_sided_by_core(GroupColumn column, const AggregateQuery& query);
std::string group_expression(GroupColumn column, const AggregateQuery& query,
                             const Dialect& dialect, std::vector<SqlParameter>& parameters);

struct SumColumn {
  const char* name;         // in the summary
  const char* of_turn;      // of one turn
  int64_t GroupSums::*sum;  // where it goes
};
extern const std::array<SumColumn, 9> kSumColumns;
std::string summed(const std::string& expression, const Dialect& dialect);

std::string summary_table(const Dialect& dialect);
std::string change_table(const Dialect& dialect);

// What groups are selected from.
struct TurnRows {
  enum class Of { AllTurns, TurnsWithTime, TurnsInRanges, TurnsWithoutTime, SummaryButRanges };
  Of of = Of::AllTurns;
  std::vector<QuarterRanges::Range> ranges = {};
  bool are_many = false;  // finding all calls that have copies is faster than looking up each one's
};
// Asks how many they are.
TurnRows turns_in(const QuarterRanges& quarters, const Dialect& dialect, const SqlRunner& run);
TurnRows many_turns_in(const QuarterRanges& quarters);
inline TurnRows all_turns_with_time() { return {TurnRows::Of::TurnsWithTime, {}, true}; }
// True where there are turns that the summary would have, and it is empty: a restore left it out,
// or somebody emptied it. Chooses the plans for all turns then.
bool lacks_summary(const Dialect& dialect, const SqlRunner& run);
// The calls that several turns are copies of, in parentheses.
std::string duplicated_calls(const Dialect& dialect);

// " FROM … AS t": those rows that row_filter() selects from.
std::string from_rows(const TurnRows& rows, const Dialect& dialect,
                      std::vector<SqlParameter>& parameters);
// " FROM … AS t … WHERE …": all copies of the calls of these turns, themselves too, but tombstones.
std::string copies_of_rows(const TurnRows& rows, const Dialect& dialect,
                           std::vector<SqlParameter>& parameters);
// The condition that they are counted: canonical turns, what the summary can say.
std::string row_filter(const TurnRows& rows, const Dialect& dialect,
                       std::vector<SqlParameter>& parameters);

// "(time >= … AND time < …) OR …"; empty where there is no range.
std::string lies_in(const std::vector<QuarterRanges::Range>& ranges, const std::string& time,
                    std::vector<SqlParameter>& parameters);

}  // namespace relayburn
