#include <catch2/catch.hpp>

#include "core/sources/opencode/opencode_records.h"
#include "tests/unit/opencode_log.h"

namespace relayburn {
namespace {

TEST_CASE("a tool's call and result", "[opencode_records]") {
  const std::string state =
      "'status':'completed','input':{'filePath':'/a/b.cc','x':1},'output':'done',"
      "'time':{'start':1001000,'end':1002000}";
  OpencodeRun run(kReply, {tool_part(state, "edit")});
  const ToolCall call = run.only<ToolCall>();
  CHECK(call.id == tool_call_key("opencode", "ses_1", "msg_1", "call_1"));
  CHECK(call.name == "edit");
  CHECK(call.file_path == "/a/b.cc");
  CHECK(call.ts == Instant{1'001'000'000});
  const ToolResult result = run.only<ToolResult>();
  CHECK(result.tool_use_id == "call_1");
  CHECK(result.message_id == "msg_1");
  CHECK(result.status == "completed");
  CHECK(result.content_bytes == 4);
  CHECK(result.ts == Instant{1'002'000'000});
}

TEST_CASE("a tool that failed says why", "[opencode_records]") {
  OpencodeRun run(kReply, {tool_part("'status':'error','input':{},'error':'no file'")});
  const ToolResult result = run.only<ToolResult>();
  CHECK(result.status == "errored");
  CHECK(result.content_bytes == 7);
}

TEST_CASE("one that still runs has a call and no result", "[opencode_records]") {
  for (const char* status : {"pending", "running", "streaming"}) {
    OpencodeRun run(kReply, {tool_part("'status':'" + std::string(status) + "','input':{}")});
    CHECK(run.all<ToolCall>().size() == 1);
    CHECK(run.all<ToolResult>().empty());
  }
}

TEST_CASE("arguments that were not there yet give way to those that are", "[opencode_records]") {
  const std::string early = tool_part("'status':'pending','input':{}");
  const std::string late = tool_part("'status':'running','input':{'command':'git push'}");
  for (const bool late_first : {false, true}) {
    OpencodeRun run;
    run.add(kReply, {late_first ? late : early});
    run.add(kReply, {late_first ? early : late});
    CHECK(run.only<ToolCall>().family == "git");
  }
}

TEST_CASE("what is known of an output outlives it, in either order", "[opencode_records]") {
  const std::string whole = tool_part("'status':'completed','input':{},'output':'long'");
  const std::string gone = tool_part(
      "'status':'completed','input':{},'output':'','time':{'start':1,'end':2,'compacted':3}");
  for (const bool gone_first : {false, true}) {
    OpencodeRun run;
    run.add(kReply, {gone_first ? gone : whole});
    run.add(kReply, {gone_first ? whole : gone});
    CHECK(run.only<ToolResult>().content_bytes == 4);
  }
}

}  // namespace
}  // namespace relayburn
