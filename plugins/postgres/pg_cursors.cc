#include "plugins/postgres/pg_cursors.h"

#include "core/sql/cursor_columns.h"

namespace relayburn {

std::vector<Cursor> read_cursors(const PgResult& rows) {
  std::vector<Cursor> cursors(static_cast<size_t>(rows.rows()));
  for (int row = 0; row < rows.rows(); ++row) {
    Cursor& cursor = cursors[static_cast<size_t>(row)];
    cursor.source = rows.text(row, 0);
    cursor.path = rows.text(row, 1);
    int column = 2;
    for (const CursorColumn& integer : kCursorColumns)
      cursor.*integer.field = rows.integer(row, column++);
    cursor.state = rows.text(row, column);
  }
  return cursors;
}

}  // namespace relayburn
