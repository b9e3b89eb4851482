#include "core/sources/opencode/opencode_files.h"

#include <catch2/catch.hpp>
#include <random>

#include "core/records/described.h"
#include "tests/unit/opencode_log.h"

namespace relayburn {
namespace {

// A tree of JSON files, read file by file as ingest would.
class Tree {
 public:
  std::string message(const std::string& id, const std::string& json) {
    return folder.write("message/ses_1/" + id + ".json",
                        quoted("{'id':'" + id + "','sessionID':'ses_1'," + json + "}"));
  }
  std::string part(const std::string& message_id, const std::string& id, const std::string& json) {
    return folder.write("part/" + message_id + "/" + id + ".json", quoted(json));
  }
  std::string session(const std::string& more = "") {
    return folder.write("session/p/ses_1.json",
                        quoted("{'id':'ses_1','projectID':'p','directory':'/d'" + more + "}"));
  }
  Cursor found(const std::string& path) {
    Cursor cursor;
    cursor.path = path;
    cursor.size = static_cast<int64_t>(std::filesystem::file_size(path));
    OpencodeSource().include_sidecar_files(cursor);
    return cursor;
  }
  void read(const std::vector<std::string>& paths, MemorySink& sink) {
    const auto reader = OpencodeSource().reader({.keeps_content = true});
    for (const std::string& path : paths) reader->read(found(path), sink);
  }

  TempFolder folder;
};

size_t turns(const MemorySink& sink) { return sink.records.row_count(Kind::Turn); }

TEST_CASE("what is a log is told by the folders it lies in", "[opencode_files]") {
  for (const char* path : {"/x/message/s/m.json", "/x/session/p/s.json", "/opencode.db",
                           "/x/opencode-dev.db", "/any/message/s/msg_0001.json"})
    CHECK(OpencodeSource().is_log(path));
  for (const char* path :
       {"/x/part/m/p.json", "/x/session_diff/s.json", "/x/message/m.json", "/message/m.json",
        "/x/message/s/m.jsonl", "/burn.sqlite", "/other.db", "m.json", ""})
    CHECK_FALSE(OpencodeSource().is_log(path));
}

TEST_CASE("a change of a part is a change of its message", "[opencode_files]") {
  Tree tree;
  const std::string path = tree.message("msg_1", kReply);
  const Cursor alone = tree.found(path);
  tree.part("msg_1", "prt_1", "{'type':'text','text':'x'}");
  const Cursor with_part = tree.found(path);
  CHECK(with_part.size > alone.size);
  tree.part("msg_1", "prt_1", "{'type':'text','text':'y'}");
  const Cursor changed = tree.found(path);
  CHECK(changed.size == with_part.size);
  CHECK(changed.mtime_ns >= with_part.mtime_ns);
  CHECK(changed.ctime_ns > with_part.ctime_ns);
}

TEST_CASE("names that say nothing: ids stand in the JSON", "[opencode_files]") {
  Tree tree;
  const std::string path = tree.folder.write(
      "message/ses_1/msg_0001.json", quoted("{'id':'m_odd','sessionID':'ses_1'," + kReply + "}"));
  const int64_t alone = tree.found(path).size;
  tree.part("m_odd", "001", step("'input':5"));
  CHECK(tree.found(path).size > alone);
  MemorySink sink;
  tree.read({path}, sink);
  REQUIRE(turns(sink) == 1);
  const Turn turn = from_row<Turn>(sink.records.row(Kind::Turn, 0));
  CHECK(turn.message_id == "m_odd");
  CHECK(turn.input == 5);
}

TEST_CASE("ids that are not in the JSON are those of the path", "[opencode_files]") {
  Tree tree;
  MemorySink sink;
  tree.read({tree.folder.write("message/ses_9/msg_9.json", quoted("{" + kReply + "}"))}, sink);
  const Turn turn = from_row<Turn>(sink.records.row(Kind::Turn, 0));
  CHECK(turn.message_id == "msg_9");
  CHECK(turn.session_id == "ses_9");
}

TEST_CASE("no id leads out of the tree", "[opencode_files]") {
  Tree tree;
  tree.folder.write("secret/x.json", step("'input':99"));
  MemorySink sink;
  const std::string json = "{'id':'../secret','sessionID':'../..'," + kReply + "}";
  tree.read({tree.folder.write("message/ses_1/msg_1.json", quoted(json))}, sink);
  CHECK(from_row<Turn>(sink.records.row(Kind::Turn, 0)).input == 0);
}

TEST_CASE("a reply that broke off is closed by the next, whichever is read first",
          "[opencode_files]") {
  Tree tree;
  const std::string open = "'role':'assistant','time':{'created':1},'tokens':{'input':1}";
  const std::string first = tree.message("msg_1", open);
  MemorySink alone;
  tree.read({first}, alone);
  CHECK(turns(alone) == 0);
  const std::string user = tree.message("msg_2", "'role':'user'");
  MemorySink asked;
  tree.read({first, user}, asked);
  CHECK(turns(asked) == 0);
  const std::string second = tree.message("msg_3", kReply + "," + kTokens);
  for (const std::vector<std::string>& paths :
       {std::vector{first, user, second}, std::vector{second}, std::vector{second, first}}) {
    MemorySink sink;
    tree.read(paths, sink);
    CHECK(turns(sink) == 2);
  }
}

TEST_CASE("a session that comes later is made good for", "[opencode_files]") {
  Tree tree;
  const std::string message = tree.message("msg_1", kReply + "," + kTokens);
  MemorySink sink;
  tree.read({message}, sink);
  const std::string session = tree.session(",'parentID':'ses_0'");
  tree.read({session}, sink);
  REQUIRE(turns(sink) == 1);
  CHECK(from_row<Turn>(sink.records.row(Kind::Turn, 0)).is_sidechain);
  CHECK(sink.cursors.back().state == "1");
  // Once is enough.
  MemorySink again;
  Cursor cursor = tree.found(session);
  cursor.state = "1";
  OpencodeSource().reader({})->read(cursor, again);
  CHECK(turns(again) == 0);
}

TEST_CASE("damaged files are named and cost nothing else", "[opencode_files]") {
  Tree tree;
  tree.part("msg_1", "prt_1", step("'input':5"));
  tree.part("msg_1", "prt_2", "{'type':'step-fin");
  MemorySink sink;
  tree.read(
      {tree.message("msg_1", kReply), tree.folder.write("message/s/m.json", "{\"role\":"),
       tree.folder.write("message/s/n.json", "[]"), tree.folder.write("message/s/o.json", "")},
      sink);
  CHECK(sink.rejections.size() == 4);
  CHECK(turns(sink) == 1);
  CHECK(sink.cursors.size() == 4);
}

TEST_CASE("bytes that can be mended are", "[opencode_files]") {
  Tree tree;
  MemorySink sink;
  tree.read({tree.message("msg_1", kReply + "," + kTokens + ",'x':'\xff \\ud800 \\u0000'")}, sink);
  CHECK(sink.rejections.empty());
  CHECK(turns(sink) == 1);
}

TEST_CASE("any bytes end in records or in words", "[opencode_files]") {
  const std::vector<std::string> objects = {
      "{" + kReply + "," + kTokens + ",'cost':1.5}",
      tool_part("'status':'completed','input':{'a':[1]},'output':'o','time':{'start':1,'end':2}"),
      step("'input':5,'cache':{'read':1}", ",'cost':0.25"),
      "{'id':'ses_1','directory':'/d','time':{'created':1},'parentID':'x'}"};
  std::mt19937 random(7);
  OpencodeParser parser;
  OpencodeRecords records({.keeps_content = true});
  for (int i = 0; i < 20000; ++i) {
    std::string json = quoted(objects[random() % objects.size()]);
    for (unsigned n = random() % 4; n > 0; --n)
      json[random() % json.size()] =
          static_cast<char>(random() % 3 ? "\"{}[],:0e-"[random() % 10] : random());
    if (random() % 8 == 0) json.resize(random() % json.size());
    OpencodeMessage message;
    OpencodeSession session;
    message.id = "m";
    parser.kind_of(json);
    parser.read_session(json, session);
    parser.read_part("p", json, message);
    parser.read_entry(i % 2 ? "assistant" : "compaction", json, message);
    parser.read_message(json, message);
    if (!message.id) message.id = "m";
    MemorySink sink;
    records.emit(message, session, true, "x", sink);
    records.emit(session, "x", sink);
  }
}

}  // namespace
}  // namespace relayburn
