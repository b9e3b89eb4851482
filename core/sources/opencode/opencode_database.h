#pragma once
// Generations S1 and S2: one database (FORMAT.md 1). The log objects are the messages
// with all their parts, as one read transaction sees them.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/sources/opencode/opencode_forks.h"
#include "core/sources/opencode/opencode_message.h"
#include "core/sources/opencode/opencode_records.h"
#include "core/sources/opencode/opencode_replies.h"
#include "core/sources/opencode/opencode_tables.h"

namespace relayburn {

class OpencodeDatabase {
 public:
  // The arguments outlive it.
  OpencodeDatabase(RowsFile& rows, OpencodeParser& parser, OpencodeRecords& records,
                   RecordSink& sink)
      : rows_(rows),
        tables_(rows_),
        parser_(parser),
        records_(records),
        sink_(sink),
        forks_(rows_, tables_),
        replies_(rows_, parser, forks_) {}

  // False where nothing tells that it is a database of OpenCode. Throws Error{Corrupt} where it is
  // damaged so that nothing can.
  bool is_one() const;

  // Reads what changed since `cursor`, and leaves a cursor behind it. Returns the bytes of data.
  // Throws Error{Corrupt} after all that could be read, where something could not: then it leaves
  // no cursor.
  int64_t read(Cursor cursor);

 private:
  using Ids = std::set<std::string>;
  struct PartRow {
    std::string id, data;
    int64_t time_updated = 0;
  };
  using Parts = std::vector<PartRow>;
  using Reply = OpencodeReplies::Reply;

  void read_sessions(const std::string& table);

  void read_messages();
  void read_each_of(const Ids& ids);
  // Of all messages those that are `wanted`; nullptr: all.
  void read_in_order(const Ids* wanted);
  void take_message(const std::string& id, const Parts& parts, bool is_superseded);
  bool load_message(const std::string& id, OpencodeMessage& message, Reply& reply);
  void add_parts(const Parts& parts, OpencodeMessage& message);
  // nullopt where not all of them can be read.
  std::optional<Parts> parts_of(const std::string& id);
  void take_with_parts(const std::string& id, bool is_superseded);
  Ids ids_of_messages();
  bool finds_parts_fast();
  // The column.
  std::string order_of_messages() const;

  void read_entries();
  void take_entry(const std::string& base, bool is_superseded);
  bool load_entry(const std::string& base, OpencodeMessage& message, Reply& reply);
  void find_original(const Reply& reply, OpencodeMessage& copy);
  size_t call_of_piece(const std::string& base, const std::string& id);
  std::string select_pieces(std::initializer_list<std::string_view> columns) const;

  void emit(const OpencodeMessage& message, bool is_superseded);
  const OpencodeSession& session_of(const std::string& id);
  bool load_session(const std::string& table, const std::string& id, OpencodeSession& session);
  // A text of a row, as it can be stored.
  std::string text_of(const Cell& cell);
  // The JSON of a row; counted.
  std::string_view data_of(const Cell& cell);
  void reject(std::string_view kind, std::string_view id,
              std::string_view why = "not a whole JSON object");

  TolerantRows rows_;
  OpencodeTables tables_;
  OpencodeParser& parser_;
  OpencodeRecords& records_;
  RecordSink& sink_;
  Cursor unread_;  // says that nothing since the last run was read
  MarksOfTables before_;
  MarksOfTables now_;
  OpencodeForks forks_;
  OpencodeReplies replies_;
  std::map<std::string, OpencodeSession> sessions_;
  int64_t bytes_ = 0;
};

}  // namespace relayburn
