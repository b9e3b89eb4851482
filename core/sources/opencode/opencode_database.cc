#include "core/sources/opencode/opencode_database.h"

#include <algorithm>
#include <array>

#include "core/base/utf8.h"
#include "core/sources/opencode/opencode_usage.h"

namespace relayburn {
namespace {

bool is_message_type(std::string_view type) {
  return type == "user" || type == "assistant" || type == "compaction";
}

// The ids of a message's pieces begin with its own and '_'; '`' follows '_'.
struct PieceRange {
  explicit PieceRange(const std::string& message)
      : base(message), first(message + "_"), end(message + "`") {}
  std::array<Cell, 3> cells() const {
    return {Cell::text(base), Cell::text(first), Cell::text(end)};
  }

  std::string base, first, end;
};

OwnText own(const Cell& cell) {
  return cell.is_text() ? OwnText(storable(cell.text())) : std::nullopt;
}

// Times are numbers in JSON and in columns.
OwnText own_time(const Cell& cell) {
  if (cell.is_null()) return std::nullopt;
  return cell.is_text() ? std::string(cell.text()) : std::to_string(cell.integer());
}

}  // namespace

bool OpencodeDatabase::is_one() const {
  if (!tables_.has_known_tables()) rows_.throw_damage();
  return tables_.has_known_tables();
}

int64_t OpencodeDatabase::read(Cursor cursor) {
  unread_ = cursor;
  unread_.size = 0;
  before_ = marks_from(cursor.state).value_or(MarksOfTables());
  for (const char* table : {"session", "session_v2"}) read_sessions(table);
  read_messages();
  read_entries();
  rows_.check_unchanged();
  rows_.throw_damage();
  cursor.offset = 0;
  cursor.state = to_text(now_);
  sink_.checkpoint(cursor);
  return bytes_;
}

// ---- sessions

void OpencodeDatabase::read_sessions(const std::string& table) {
  if (!tables_.has(table)) return;
  Ids ids;
  const ChangedRows changes = tables_.changes(table, before_, now_);
  tables_.each_changed(table, "id", changes, [&](std::string_view id) { ids.emplace(id); });
  for (const std::string& id : ids) {
    OpencodeSession session;
    if (!load_session(table, id, session)) continue;
    sink_.line_read();
    records_.emit(session, "session " + storable(id), sink_);
  }
}

bool OpencodeDatabase::load_session(const std::string& table, const std::string& id,
                                    OpencodeSession& session) {
  if (!tables_.has(table)) return false;
  bool is_there = false;
  rows_.query("SELECT " +
                  tables_.columns(table, {"id", "parent_id", "fork_session_id", "directory",
                                          "version", "agent", "time_created"}) +
                  " FROM " + table + " WHERE id = ?1",
              std::array{Cell::text(id)}, [&](Row row) {
                is_there = true;
                session = {own(row[0]), own(row[1]), own(row[2]),     own(row[3]),
                           own(row[4]), own(row[5]), own_time(row[6])};
                return false;
              });
  return is_there;
}

const OpencodeSession& OpencodeDatabase::session_of(const std::string& id) {
  const auto [place, is_new] = sessions_.try_emplace(id);
  if (is_new && !load_session("session_v2", id, place->second))
    load_session("session", id, place->second);
  return place->second;
}

// ---- S1: messages and their parts

void OpencodeDatabase::read_messages() {
  if (!tables_.has("message")) return;
  const ChangedRows messages = tables_.changes("message", before_, now_);
  ChangedRows parts;
  parts.is_all = false;
  if (tables_.has("part")) parts = tables_.changes("part", before_, now_);
  const bool is_all = messages.is_all || parts.is_all;
  if (is_all) {
    read_in_order(nullptr);
  } else {
    Ids ids;
    const auto add = [&](std::string_view id) { ids.emplace(id); };
    tables_.each_changed("message", "id", messages, add);
    if (tables_.has("part")) tables_.each_changed("part", "message_id", parts, add);
    const size_t most = finds_parts_fast() ? 2000 : 10;
    ids.size() <= most ? read_each_of(ids) : read_in_order(&ids);
  }
  const std::string order = order_of_messages();
  const OpencodeConversation conversation{OpencodeConversation::Table::Message, order};
  for (const std::string& id : replies_.take_broken(conversation, is_all))
    take_with_parts(id, true);
}

std::string OpencodeDatabase::order_of_messages() const {
  const std::string time = tables_.columns("message", {"time_created"});
  return time == "NULL" ? "rowid" : time;
}

// Without an index each question for the parts of a message reads them all.
bool OpencodeDatabase::finds_parts_fast() {
  bool is_fast = false;
  rows_.query(
      "SELECT 1 FROM pragma_index_list('part') AS l, pragma_index_info(l.name) AS i "
      "WHERE i.seqno = 0 AND i.name = 'message_id'",
      {}, [&](Row) {
        is_fast = true;
        return false;
      });
  return is_fast;
}

void OpencodeDatabase::read_each_of(const Ids& ids) {
  for (const std::string& id : ids) take_with_parts(id, false);
}

void OpencodeDatabase::take_with_parts(const std::string& id, bool is_superseded) {
  if (const std::optional<Parts> parts = parts_of(id)) {
    take_message(id, *parts, is_superseded);
  } else {
    reject("message", storable(id), "its parts cannot be read");
  }
}

OpencodeDatabase::Ids OpencodeDatabase::ids_of_messages() {
  Ids ids;
  rows_.query("SELECT id FROM message", {}, [&](Row row) {
    ids.emplace(row[0].text());
    return true;
  });
  return ids;
}

void OpencodeDatabase::read_in_order(const Ids* wanted) {
  const auto is_wanted = [&](const std::string& id) { return !wanted || wanted->contains(id); };
  Ids done;
  std::string id;
  Parts parts;
  const auto take = [&] {
    if (!parts.empty()) {
      take_message(id, parts, false);
      done.insert(id);
    }
    parts.clear();
  };
  const int damages = rows_.damages();
  if (tables_.has("part"))
    rows_.query(
        "SELECT " + tables_.columns("part", {"message_id", "id", "time_updated", "data"}) +
            " FROM part ORDER BY message_id, id",
        {}, [&](Row row) {
          if (row[0].text() != id) {
            take();
            id = row[0].text();
          }
          if (is_wanted(id))
            parts.push_back({text_of(row[1]), std::string(data_of(row[3])), row[2].integer()});
          return true;
        });
  const bool is_damaged = rows_.damages() > damages;
  if (is_damaged && !finds_parts_fast()) return;
  if (!is_damaged) take();
  for (const std::string& other : ids_of_messages()) {
    if (!is_wanted(other) || done.contains(other)) continue;
    is_damaged ? take_with_parts(other, false) : take_message(other, {}, false);
  }
}

std::optional<OpencodeDatabase::Parts> OpencodeDatabase::parts_of(const std::string& id) {
  Parts parts;
  if (!tables_.has("part")) return parts;
  const int damages = rows_.damages();
  rows_.query("SELECT " + tables_.columns("part", {"id", "time_updated", "data"}) +
                  " FROM part WHERE message_id = ?1 ORDER BY id",
              std::array{Cell::text(id)}, [&](Row row) {
                parts.push_back({text_of(row[0]), std::string(data_of(row[2])), row[1].integer()});
                return true;
              });
  if (rows_.damages() > damages) return std::nullopt;
  return parts;
}

void OpencodeDatabase::take_message(const std::string& id, const Parts& parts, bool is_superseded) {
  OpencodeMessage message;
  Reply reply;
  const int damages = rows_.damages();
  if (!load_message(id, message, reply)) {
    if (rows_.damages() > damages) return reject("message", storable(id), "cannot be read");
    if (!parts.empty() && reply.id.empty())
      sink_.issue(0,
                  "part " + parts.front().id + ": its message " + storable(id) + " is not there");
    return;
  }
  add_parts(parts, message);
  if (!is_superseded) replies_.note(message, reply);
  emit(message, is_superseded);
}

// False where it cannot be used; `reply` has its id if it is there.
bool OpencodeDatabase::load_message(const std::string& id, OpencodeMessage& message, Reply& reply) {
  bool is_read = false;
  rows_.query(
      "SELECT " +
          tables_.columns("message", {"id", "session_id", "time_created", "time_updated", "data"}) +
          ", " + order_of_messages() + " FROM message WHERE id = ?1",
      std::array{Cell::text(id)}, [&](Row row) {
        reply = {id, std::string(row[1].text()), row[5].integer()};
        is_read = parser_.read_message(data_of(row[4]), message);
        message.id = storable(id);
        if (row[1].is_text()) message.session_id = own(row[1]);
        if (!message.created) message.created = own_time(row[2]);
        if (!row[3].is_null()) message.updated_ms = row[3].integer();
        return false;
      });
  if (is_read) {
    sink_.line_read();
  } else if (!reply.id.empty()) {
    reject("message", *message.id);
  }
  return is_read;
}

// Rows know when they changed: then what the texts say of it is of no account.
void OpencodeDatabase::add_parts(const Parts& parts, OpencodeMessage& message) {
  for (const PartRow& part : parts) {
    const int64_t before = message.updated_ms;
    if (parser_.read_part(part.id, part.data, message)) {
      sink_.line_read();
    } else {
      reject("part", part.id);
    }
    if (part.time_updated != 0) message.updated_ms = std::max(before, part.time_updated);
  }
}

// ---- S2: one row a message, or a piece of one

void OpencodeDatabase::read_entries() {
  if (!tables_.has("session_message")) return;
  const ChangedRows changes = tables_.changes("session_message", before_, now_);
  Ids bases;
  tables_.each_changed("session_message", "id", changes,
                       [&](std::string_view id) { bases.emplace(forks_.base_of(id)); });
  for (const std::string& base : bases) take_entry(base, false);
  const bool has_order = tables_.columns("session_message", {"seq"}) == "seq";
  const OpencodeConversation conversation{OpencodeConversation::Table::SessionMessage,
                                          has_order ? "seq" : "time_created"};
  for (const std::string& base : replies_.take_broken(conversation, changes.is_all))
    take_entry(base, true);
}

void OpencodeDatabase::take_entry(const std::string& base, bool is_superseded) {
  OpencodeMessage message;
  Reply reply;
  const int damages = rows_.damages();
  const bool is_there = load_entry(base, message, reply);
  if (rows_.damages() > damages) return reject("message", storable(base), "cannot be read");
  if (!is_there) return;
  if (!is_superseded) replies_.note(message, reply);
  emit(message, is_superseded);
}

bool OpencodeDatabase::load_entry(const std::string& base, OpencodeMessage& message, Reply& reply) {
  bool is_read = false;
  const PieceRange range(base);
  const std::string order = tables_.columns("session_message", {"seq"});
  rows_.query(
      select_pieces({"id", "session_id", "type", "time_created", "time_updated", "data", "seq"}),
      range.cells(), [&](Row row) {
        const std::string_view id = row[0].text();
        const std::string_view type = row[2].text();
        if (forks_.base_of(id) != base || !is_message_type(type)) return true;
        OpencodeMessage piece;
        if (!parser_.read_entry(type, data_of(row[5]), piece)) {
          reject("message", storable(id));
          return true;
        }
        sink_.line_read();
        if (!piece.created) piece.created = own_time(row[3]);
        if (!row[4].is_null()) piece.updated_ms = row[4].integer();
        reply = {base, std::string(row[1].text()),
                 order == "seq" ? row[6].integer() : row[3].integer()};
        if (is_read) {
          append_piece(message, std::move(piece));
        } else {
          message = std::move(piece);
          message.id = storable(base);
          message.session_id = own(row[1]);
        }
        is_read = true;
        return true;
      });
  if (is_read && forks_.is_copy(base)) find_original(reply, message);
  return is_read;
}

// The rows that one message was split into, in their order.
std::string OpencodeDatabase::select_pieces(std::initializer_list<std::string_view> columns) const {
  const bool has_seq = tables_.columns("session_message", {"seq"}) == "seq";
  return "SELECT " + tables_.columns("session_message", columns) +
         " FROM session_message WHERE id = ?1 OR (id > ?2 AND id < ?3) ORDER BY " +
         (has_seq ? "seq" : "length(id), id");
}

// A copy of a piece is a copy of the turn that the piece is.
void OpencodeDatabase::find_original(const Reply& reply, OpencodeMessage& copy) {
  const std::string id = forks_.find_original(reply.session, reply.order, copy);
  const std::string base(forks_.base_of(id));
  if (base != id) copy.copied_from = storable(turn_name(base, call_of_piece(base, id)));
}

size_t OpencodeDatabase::call_of_piece(const std::string& base, const std::string& id) {
  OpencodeMessage whole;
  size_t step = 0;
  const PieceRange range(base);
  rows_.query(select_pieces({"id", "type", "data"}), range.cells(), [&](Row row) {
    OpencodeMessage piece;
    if (forks_.base_of(row[0].text()) != base || !is_message_type(row[1].text()) ||
        !parser_.read_entry(row[1].text(), row[2].text(), piece))
      return true;
    if (row[0].text() == id) step = whole.steps.size();
    whole.steps.push_back({{}, {}, {}, std::move(piece.usage)});
    return true;
  });
  return call_of_step(whole, step);
}

// ---- what all have in common

void OpencodeDatabase::emit(const OpencodeMessage& message, bool is_superseded) {
  records_.emit(message, session_of(message.session_id.value_or("")), is_superseded,
                "message " + *message.id, sink_);
  if (sink_.is_full()) sink_.checkpoint(unread_);
}

std::string OpencodeDatabase::text_of(const Cell& cell) { return storable(cell.text()); }

std::string_view OpencodeDatabase::data_of(const Cell& cell) {
  bytes_ += static_cast<int64_t>(cell.text().size());
  return cell.text();
}

void OpencodeDatabase::reject(std::string_view kind, std::string_view id, std::string_view why) {
  sink_.rejected(0, std::string(kind) + " " + std::string(id) + ": " + std::string(why));
}

}  // namespace relayburn
