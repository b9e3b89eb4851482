#include "plugins/sqlite/sqlite_cursors.h"

#include "core/sql/cursor_columns.h"

namespace relayburn {

void read_cursors(SqliteStatement& rows, std::vector<Cursor>& cursors) {
  while (rows.step()) {
    Cursor& cursor = cursors.emplace_back();
    cursor.source = rows.text_at(0);
    cursor.path = rows.text_at(1);
    int column = 2;
    for (const CursorColumn& integer : kCursorColumns)
      cursor.*integer.field = rows.integer_at(column++);
    cursor.state = rows.text_at(column);
  }
}

}  // namespace relayburn
