#include "tests/law/opencode_history.h"

#include <memory>
#include <vector>

#include "tests/law/log_pool.h"

namespace relayburn {
namespace {

constexpr int64_t kStartMs = 1'772'445'600'000;

struct Part {
  std::string id;
  std::string members;  // of its JSON
  std::string content;  // what 2.x has in its place; empty: nothing
};

struct Step {
  int64_t input = 0, output = 0;
};

struct Message {
  std::string id, session, role;
  int64_t created = 0, updated = 0;
  int64_t completed = 0;     // 0: not yet
  bool is_imported = false;  // by 2.x
  std::string members;       // of its JSON, but for what follows from the other facts
  std::vector<Part> parts;
  std::vector<Step> steps;
};

std::string number(int64_t value) { return std::to_string(value); }

std::string tokens(const Step& step) {
  return "\"tokens\":{\"input\":" + number(step.input) + ",\"output\":" + number(step.output) +
         ",\"reasoning\":2,\"cache\":{\"read\":1000,\"write\":7}}";
}

std::string time_of(const Message& message) {
  return "\"time\":{\"created\":" + number(message.created) +
         (message.completed > 0 ? ",\"completed\":" + number(message.completed) : "") + "}";
}

// A reply's tokens are those of its last step.
std::string json_of(const Message& message) {
  std::string json = "{\"role\":\"" + message.role + "\"," + message.members + time_of(message);
  if (message.role == "assistant")
    json += "," + tokens(message.steps.empty() ? Step() : message.steps.back());
  return json;
}

std::string upsert(const std::string& table, const std::string& values) {
  return "INSERT INTO " + table + " VALUES(" + values +
         ") ON CONFLICT (id) DO UPDATE SET time_updated = excluded.time_updated, data = "
         "excluded.data;";
}

class Writer {
 public:
  virtual ~Writer() = default;
  virtual void session(const std::string& id, const std::string& parent) = 0;
  virtual void message(const Message& message) = 0;
  // The message's part, which is new or has changed.
  virtual void part(const Message& message, const Part& part) = 0;
  // False where this form has no forks.
  virtual bool fork(const std::string&, const std::string&) { return false; }

  std::string history;

 protected:
  void line(const std::string& key, const std::string& what) { history += key + " " + what + "\n"; }
};

class TreeWriter : public Writer {
 public:
  void session(const std::string& id, const std::string& parent) override {
    line("session/project1/" + id + ".json",
         "{\"projectID\":\"project1\",\"directory\":\"/home/ada/shop\",\"version\":\"1.1.9\"," +
             (parent.empty() ? "" : "\"parentID\":\"" + parent + "\",") +
             "\"time\":{\"created\":" + number(kStartMs) + "},\"id\":\"" + id + "\"}");
  }
  void message(const Message& message) override {
    line("message/" + message.session + "/" + message.id + ".json",
         json_of(message) + ids(message.id, message.session) + "}");
  }
  void part(const Message& message, const Part& part) override {
    line("part/" + message.id + "/" + part.id + ".json",
         "{" + part.members + ids(part.id, message.session) + ",\"messageID\":\"" + message.id +
             "\"}");
  }

 private:
  static std::string ids(const std::string& id, const std::string& session) {
    return ",\"id\":\"" + id + "\",\"sessionID\":\"" + session + "\"";
  }
};

// `facts` stand between its parent and its times.
std::string session_row(const std::string& table, const std::string& id, const std::string& parent,
                        const std::string& facts) {
  return "INSERT INTO " + table + " VALUES('" + id + "','" + parent + "'," + facts + "," +
         number(kStartMs) + "," + number(kStartMs) + ");";
}

class DatabaseWriter : public Writer {
 public:
  DatabaseWriter() {
    line("schema",
         "PRAGMA journal_mode = WAL; CREATE TABLE session (id text PRIMARY KEY, parent_id text, "
         "directory text, version text, time_created integer, time_updated integer); "
         "CREATE TABLE message (id text PRIMARY KEY, session_id text, time_created integer, "
         "time_updated integer, data text); "
         "CREATE TABLE part (id text PRIMARY KEY, message_id text, session_id text, time_created "
         "integer, time_updated integer, data text);");
  }
  void session(const std::string& id, const std::string& parent) override {
    line("session/" + id, session_row("session", id, parent, "'/home/ada/shop','1.2.3'"));
  }
  void message(const Message& message) override {
    line(message.id, upsert("message", "'" + message.id + "','" + message.session + "'," +
                                           times(message) + ",'" + json_of(message) + "}'"));
  }
  void part(const Message& message, const Part& part) override {
    line(part.id, upsert("part", "'" + part.id + "','" + message.id + "','" + message.session +
                                     "'," + times(message) + ",'{" + part.members + "}'"));
  }

 private:
  static std::string times(const Message& message) {
    return number(message.created) + "," + number(message.updated);
  }
};

// Here a message is one row with all its content; one that was imported is a row a step, all of
// them put there at once.
class Database2Writer : public Writer {
 public:
  Database2Writer() {
    line("schema",
         "CREATE TABLE session_v2 (id text PRIMARY KEY, parent_id text, fork_session_id text, "
         "directory text, version text, agent text, time_created integer, time_updated integer); "
         "CREATE TABLE session_message (id text PRIMARY KEY, session_id text, type text, "
         "seq integer, time_created integer, time_updated integer, data text);");
  }
  void session(const std::string& id, const std::string& parent) override {
    line("session/" + id,
         session_row("session_v2", id, parent, "'','/home/ada/shop','2.0.1','build'"));
  }
  // Copies all that has ended.
  bool fork(const std::string& origin, const std::string& id) override {
    line("session/" + id,
         "BEGIN; INSERT INTO session_v2 SELECT '" + id + "', '', '" + origin +
             "', directory, version, agent, time_created, time_updated FROM session_v2 WHERE id = "
             "'" +
             origin + "'; INSERT INTO session_message SELECT 'msg_" + id + "_' || seq, '" + id +
             "', type, seq, time_created, time_updated, data FROM session_message WHERE "
             "session_id = '" +
             origin + "' AND (type <> 'assistant' OR data LIKE '%\"completed\":%'); COMMIT;");
    return true;
  }
  void message(const Message& message) override {
    if (!message.is_imported) return line(message.id, row(message.id, message, content(message)));
    if (message.completed == 0) return;
    std::string rows = "BEGIN; ";
    for (size_t i = 0; i < message.steps.size(); ++i) {
      Message piece = message;
      piece.steps = {message.steps[i]};
      rows += row(message.id + "_" + number(static_cast<int64_t>(i) + 1), piece,
                  i == 0 ? content(message) : "", static_cast<int64_t>(i));
    }
    line(message.id, rows + " COMMIT;");
  }
  void part(const Message& message, const Part&) override {
    if (!message.is_imported) this->message(message);
  }

 private:
  static std::string content(const Message& message) {
    std::string joined;
    for (const Part& part : message.parts)
      if (!part.content.empty()) joined += (joined.empty() ? "" : ",") + part.content;
    return joined;
  }
  static std::string row(const std::string& id, const Message& message, const std::string& content,
                         int64_t piece = 0) {
    constexpr int64_t max_pieces = 4;
    const bool is_user = message.role == "user";
    return upsert(
        "session_message",
        "'" + id + "','" + message.session + "','" + message.role + "'," +
            number((message.created - kStartMs) * max_pieces + piece) + "," +
            number(message.created) + "," + number(message.updated) + ",'" + json_of(message) +
            (is_user ? ",\"text\":\"" + content + "\"" : ",\"content\":[" + content + "]") + "}'");
  }
};

// ---- a session

class Conversation {
 public:
  Conversation(Random& random, Writer& writer, std::string tag)
      : random_(random), writer_(writer), tag_(std::move(tag)) {}

  void run() {
    const std::string session = "ses_" + tag_;
    const bool has_child = below(random_, 2) == 0;
    const std::string child = has_child ? session + "c" : "";
    writer_.session(session, "");
    for (size_t turns = 1 + below(random_, 3); turns > 0; --turns) exchange(session, child);
    if (has_child) {
      writer_.session(child, session);
      exchange(child, "");
    }
    for (const std::string& origin : {session, session + "f"}) {
      if (below(random_, 2) == 0 || !writer_.fork(origin, origin + "f")) return;
      exchange(origin + "f", "");
    }
  }

 private:
  int64_t tick() { return now_ += static_cast<int64_t>(below(random_, 3)); }
  std::string next_id(const char* prefix) { return prefix + tag_ + number(1000 + ++ids_); }

  Message begin(const std::string& session, const char* role) {
    now_ += 10;
    Message message;
    message.id = next_id("msg_");
    message.session = session;
    message.role = role;
    message.created = message.updated = now_;
    return message;
  }

  void put(Message& message) {
    message.updated = tick();
    writer_.message(message);
  }
  void put(Message& message, Part part) {
    message.updated = tick();
    if (message.parts.empty() || message.parts.back().id != part.id) {
      message.parts.push_back(std::move(part));
    } else {
      message.parts.back() = std::move(part);
    }
    writer_.part(message, message.parts.back());
  }

  void exchange(const std::string& session, const std::string& child) {
    Message user = begin(session, "user");
    user.members = "\"agent\":\"build\",";
    put(user);
    put(user, {next_id("prt_"), "\"type\":\"text\",\"text\":\"Please fix it\"", "Please fix it"});
    if (below(random_, 4) == 0)
      put(user, {next_id("prt_"), "\"type\":\"text\",\"text\":\"read\",\"synthetic\":true", ""});
    if (below(random_, 8) == 0)
      put(user, {next_id("prt_"), "\"type\":\"compaction\",\"auto\":true", ""});
    for (size_t replies = 1 + below(random_, 3); replies > 0; --replies)
      reply(session, user.id, child);
  }

  void reply(const std::string& session, const std::string& parent, const std::string& child) {
    Message reply = begin(session, "assistant");
    reply.members = "\"parentID\":\"" + parent +
                    "\",\"providerID\":\"anthropic\",\"modelID\":\"claude-opus-4-6\",";
    if (below(random_, 2) == 0) reply.members += "\"path\":{\"cwd\":\"/home/ada/shop\"},";
    const size_t steps = below(random_, 4);
    reply.is_imported = steps > 1;
    put(reply);
    for (size_t i = 0; i < steps; ++i) step(reply, child);
    const size_t end = below(random_, 4);
    if (end == 0) return;  // it broke off
    reply.completed = tick();
    reply.members +=
        end == 1 ? "\"error\":{\"name\":\"MessageAbortedError\"}," : "\"finish\":\"stop\",";
    put(reply);
    if (below(random_, 2) == 0) tool(reply, child);  // it ends late
  }

  void step(Message& reply, const std::string& child) {
    if (below(random_, 2) == 0) text(reply);
    for (size_t tools = below(random_, 3); tools > 0; --tools) tool(reply, child);
    reply.steps.push_back({static_cast<int64_t>(below(random_, 5000)),
                           1 + static_cast<int64_t>(below(random_, 900))});
    put(reply,
        {next_id("prt_"),
         "\"type\":\"step-finish\",\"reason\":\"stop\",\"cost\":0.5," + tokens(reply.steps.back()),
         ""});
    put(reply);
  }

  void text(Message& reply) {
    const std::string id = next_id("prt_");
    for (const char* words : {"I see", "I see the test"}) {
      const std::string members = std::string("\"type\":\"text\",\"text\":\"") + words + "\"";
      put(reply, {id, members, "{" + members + "}"});
    }
  }

  void tool(Message& reply, const std::string& child) {
    const std::string id = next_id("prt_");
    const std::string call = next_id("call_");
    const bool is_task = !child.empty() && below(random_, 2) == 0;
    const std::string name = is_task ? "task" : "bash";
    const std::string input =
        is_task ? "{\"subagent_type\":\"explore\"}" : "{\"command\":\"git status\"}";
    const int64_t start = tick();
    const auto put_state = [&](const std::string& status, const std::string& more_before,
                               const std::string& more, const std::string& end) {
      const std::string head =
          "{\"status\":\"" + status + "\",\"input\":" + (status == "pending" ? "{}" : input) +
          (is_task && status != "pending" ? ",\"metadata\":{\"sessionId\":\"" + child + "\"}" : "");
      const std::string begun = number(start);
      put(reply, {id,
                  "\"type\":\"tool\",\"callID\":\"" + call + "\",\"tool\":\"" + name +
                      "\",\"state\":" + head + more_before + ",\"time\":{\"start\":" + begun +
                      (end.empty() ? "" : ",\"end\":" + end) + "}}",
                  "{\"type\":\"tool\",\"id\":\"" + call + "\",\"name\":\"" + name +
                      "\",\"state\":" + head + more + "},\"time\":{\"created\":" + begun +
                      (end.empty() ? "" : ",\"completed\":" + end) + "}}"});
    };
    put_state("pending", "", "", "");
    put_state("running", "", "", "");
    if (below(random_, 4) == 0) {
      put_state("error", ",\"error\":\"no such file\"", ",\"error\":{\"message\":\"no such file\"}",
                number(tick()));
    } else {
      put_state("completed", ",\"output\":\"a.txt\"",
                ",\"content\":[{\"type\":\"text\",\"text\":\"a.txt\"}]", number(tick()));
    }
  }

  Random& random_;
  Writer& writer_;
  std::string tag_;
  int64_t now_ = kStartMs;
  int64_t ids_ = 0;
};

std::unique_ptr<Writer> writer_of(OpencodeForm form) {
  if (form == OpencodeForm::Tree) return std::make_unique<TreeWriter>();
  if (form == OpencodeForm::Database) return std::make_unique<DatabaseWriter>();
  return std::make_unique<Database2Writer>();
}

}  // namespace

std::string opencode_history(OpencodeForm form, uint64_t seed) {
  Random random(seed);
  const std::unique_ptr<Writer> writer = writer_of(form);
  Conversation(random, *writer, std::string(1, static_cast<char>('a' + seed % 26))).run();
  return writer->history;
}

}  // namespace relayburn
