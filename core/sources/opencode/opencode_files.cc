#include "core/sources/opencode/opencode_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/line_reader.h"
#include "core/base/utf8.h"

namespace relayburn {
namespace {

constexpr std::string_view kExtension = ".json";
constexpr std::string_view kUnusable = "not a whole JSON object of at most 64 MiB";
// In the cursor of a session's file.
constexpr std::string_view kSessionWasRead = "1";

std::string parent_of(std::string_view path) {
  const size_t slash = path.rfind('/');
  return std::string(path.substr(0, slash == std::string_view::npos ? 0 : slash));
}

std::string name_of(std::string_view path) { return std::string(path.substr(path.rfind('/') + 1)); }

std::string stem_of(std::string_view path) {
  std::string name = name_of(path);
  if (name.ends_with(kExtension)) name.resize(name.size() - kExtension.size());
  return name;
}

// The folder that holds message/, part/ and session/.
std::string root_of(std::string_view path) { return parent_of(parent_of(parent_of(path))); }

// Names in a folder, ascending; none where it is not there. Throws where it cannot be read: parts
// that are passed over would be missing for good.
std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(opendir(folder.c_str()), &closedir);
  if (!stream && errno != ENOENT && errno != ENOTDIR) throw_file_error("read", folder, errno);
  if (!stream) return names;
  while (const dirent* entry = readdir(stream.get()))
    if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> json_names_in(const std::string& folder) {
  std::vector<std::string> names = names_in(folder);
  std::erase_if(names, [](const std::string& name) { return !name.ends_with(kExtension); });
  return names;
}

// Ids stand in the JSON; older versions left them to the names.
bool is_in(std::string_view path, std::string_view kind) {
  return name_of(parent_of(parent_of(path))) == kind;
}

// Returns nothing of a file that is longer than a line of a log may be.
std::string read_object(const std::string& path) {
  const int64_t size = FileHandle::open(path, O_RDONLY).status(path).st_size;
  return size > static_cast<int64_t>(kMaxLineBytes) ? std::string() : read_whole_file(path);
}

std::string id_in(const std::string& path, OpencodeParser& parser) {
  OpencodeMessage message;
  try {
    parser.read_message(read_object(path), message);
  } catch (const Error&) {
    // its reader will say so
  }
  return message.id.value_or("");
}

// A folder has the message's id, and so has the message's file.
std::string parts_folder(const std::string& path, std::string_view id) {
  return root_of(path) + "/part/" + std::string(id);
}

// Hands on what was read; should the run end here, the next one reads the log again.
void checkpoint_unread(Cursor cursor, RecordSink& sink) {
  cursor.size = 0;
  sink.checkpoint(cursor);
}

bool is_one_name(std::string_view id) {
  return !id.empty() && id != "." && id != ".." && id.find('/') == std::string_view::npos;
}

// False where there is none.
bool fold_files(const std::string& folder, Cursor& found) {
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(opendir(folder.c_str()), &closedir);
  if (!stream) return false;
  bool is_any = false;
  while (const dirent* entry = readdir(stream.get())) {
    struct stat status;
    if (!std::string_view(entry->d_name).ends_with(kExtension) ||
        fstatat(dirfd(stream.get()), entry->d_name, &status, 0) != 0)
      continue;
    is_any = true;
    found.size += status.st_size;
    found.mtime_ns = std::max(found.mtime_ns, nanoseconds(status.st_mtim));
    found.ctime_ns = std::max(found.ctime_ns, nanoseconds(status.st_ctim));
  }
  return is_any;
}

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> files = json_names_in(folder);
  for (std::string& name : files) name = folder + "/" + name;
  return files;
}

}  // namespace

bool is_opencode_file(std::string_view path) {
  return path.ends_with(kExtension) && (is_in(path, "message") || is_in(path, "session"));
}

void fold_opencode_parts(Cursor& found) {
  if (!is_in(found.path, "message")) return;
  if (fold_files(parts_folder(found.path, stem_of(found.path)), found)) return;
  // Few messages have no part; in trees that were made by others the names say nothing.
  OpencodeParser parser;
  const std::string id = id_in(found.path, parser);
  if (is_one_name(id)) fold_files(parts_folder(found.path, id), found);
}

int64_t OpencodeFiles::read(Cursor cursor, RecordSink& sink) {
  bytes_ = 0;
  const std::string json = load(cursor.path);
  const OpencodeParser::FileKind kind = parser_.kind_of(json);
  if (parser_.had_more()) sink.rejected(0, "something stands behind the object");
  switch (kind) {
    case OpencodeParser::FileKind::Message:
      sink.line_read();
      read_message(cursor.path, json, sink);
      break;
    case OpencodeParser::FileKind::Session:
      sink.line_read();
      read_session(cursor, json, sink);
      cursor.state = kSessionWasRead;
      break;
    case OpencodeParser::FileKind::Other:
      sink.rejected(0, "no message and no session of OpenCode");
      break;
    case OpencodeParser::FileKind::Damaged:
      sink.rejected(0, kUnusable);
      break;
  }
  cursor.offset = cursor.size;
  sink.checkpoint(cursor);
  return bytes_;
}

std::string OpencodeFiles::load(const std::string& path) {
  std::string json = read_object(path);
  bytes_ += static_cast<int64_t>(json.size());
  return json;
}

// ---- messages

void OpencodeFiles::read_message(const std::string& path, const std::string& json,
                                 RecordSink& sink) {
  enter(parent_of(path));
  OpencodeMessage message;
  parser_.read_message(json, message);
  const std::string name = name_of(path);
  const bool is_reply = message.role == "assistant";
  const bool is_open = is_reply && !message.says_its_end();
  const bool is_superseded = is_open && has_newer_reply(name);
  folder_.standings[name] = !is_reply                   ? Standing::NoReply
                            : is_open && !is_superseded ? Standing::Open
                                                        : Standing::Ended;
  emit(path, message, is_superseded, sink);
  if (is_reply) close_those_before(name, sink);
}

void OpencodeFiles::emit(const std::string& path, OpencodeMessage& message, bool is_superseded,
                         RecordSink& sink) {
  if (!message.id) message.id = storable(stem_of(path));
  if (!message.session_id) message.session_id = storable(name_of(parent_of(path)));
  read_parts(path, message, sink);
  records_.emit(message, session_of(path, message), is_superseded, {}, sink);
}

void OpencodeFiles::read_parts(const std::string& path, OpencodeMessage& message,
                               RecordSink& sink) {
  std::vector<std::string> files;
  if (is_one_name(*message.id)) files = files_in(parts_folder(path, *message.id));
  for (const std::string& file : files) {
    const std::string shown = "part/" + name_of(parent_of(file)) + "/" + name_of(file);
    if (!exists(file)) continue;  // OpenCode took it back meanwhile
    if (parser_.read_part(stem_of(file), load(file), message)) {
      sink.line_read();
      if (parser_.had_more()) sink.rejected(0, shown + ": something stands behind the object");
    } else {
      sink.rejected(0, shown + ": " + std::string(kUnusable));
    }
  }
}

// A reply that was still open can be told to have broken off as soon as there is a later one.
void OpencodeFiles::close_those_before(const std::string& name, RecordSink& sink) {
  auto next = std::lower_bound(folder_.names.begin(), folder_.names.end(), name);
  while (next != folder_.names.begin()) {
    --next;
    const Standing standing = standing_of(*next);
    if (standing == Standing::Ended) return;
    if (standing == Standing::NoReply) continue;
    const std::string path = folder_.path + "/" + *next;
    OpencodeMessage message;
    if (!parser_.read_message(load(path), message)) continue;
    folder_.standings[*next] = Standing::Ended;
    emit(path, message, true, sink);
  }
}

bool OpencodeFiles::has_newer_reply(const std::string& name) {
  auto next = std::upper_bound(folder_.names.begin(), folder_.names.end(), name);
  return std::any_of(next, folder_.names.end(), [&](const std::string& later) {
    return standing_of(later) != Standing::NoReply;
  });
}

void OpencodeFiles::enter(const std::string& folder) {
  if (folder_.path != folder) folder_ = {folder, json_names_in(folder), {}};
}

OpencodeFiles::Standing OpencodeFiles::standing_of(const std::string& name) {
  const auto known = folder_.standings.find(name);
  if (known != folder_.standings.end()) return known->second;
  OpencodeMessage message;
  try {
    parser_.read_message(load(folder_.path + "/" + name), message);
  } catch (const Error&) {
    // it is named where it is read
  }
  const Standing standing = message.role != "assistant" ? Standing::NoReply
                            : message.says_its_end()    ? Standing::Ended
                                                        : Standing::Open;
  return folder_.standings[name] = standing;
}

// ---- sessions

const OpencodeSession& OpencodeFiles::session_of(const std::string& path,
                                                 const OpencodeMessage& message) {
  const std::string projects = root_of(path) + "/session";
  const std::string& id = *message.session_id;
  if (session_place_ == projects + "/" + id) return session_;
  session_place_ = projects + "/" + id;
  session_ = {};
  if (!is_one_name(id)) return session_;
  for (const std::string& project : names_in(projects)) {
    const std::string file = projects + "/" + project + "/" + id + std::string(kExtension);
    if (!exists(file) || !parser_.read_session(load(file), session_)) continue;
    if (!session_.id) session_.id = id;
    sessions_.insert(id);
    break;
  }
  return session_;
}

void OpencodeFiles::read_session(const Cursor& cursor, const std::string& json, RecordSink& sink) {
  OpencodeSession session;
  parser_.read_session(json, session);
  if (!session.id) session.id = storable(stem_of(cursor.path));
  records_.emit(session, {}, sink);
  // A session that came after its messages: they are to be read once more.
  if (!cursor.state.empty() || sessions_.contains(*session.id) || !is_one_name(*session.id)) return;
  const std::string folder = root_of(cursor.path) + "/message/" + *session.id;
  for (const std::string& file : files_in(folder)) {
    enter(folder);
    OpencodeMessage message;
    if (!parser_.read_message(load(file), message)) continue;
    if (!message.id) message.id = storable(stem_of(file));
    if (!message.session_id) message.session_id = session.id;
    read_parts(file, message, sink);
    const bool is_open = message.role == "assistant" && !message.says_its_end();
    records_.emit(message, session, is_open && has_newer_reply(name_of(file)), {}, sink);
    if (sink.is_full()) checkpoint_unread(cursor, sink);
  }
}

}  // namespace relayburn
