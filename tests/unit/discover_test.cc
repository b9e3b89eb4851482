#include "core/ingest/discover.h"

#include <sys/stat.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "core/sources/claude/claude_source.h"
#include "core/sources/codex/codex_source.h"
#include "tests/unit/temp_folder.h"

namespace fs = std::filesystem;

namespace relayburn {
namespace {

using Paths = std::vector<std::string>;

// Logs end in ".log"; the more often a file says the agent's name, the more it is like its logs.
class FakeSource : public Source {
 public:
  FakeSource(std::string name, Paths roots) : name_(std::move(name)), roots_(std::move(roots)) {}

  std::string_view name() const override { return name_; }
  int64_t parser_version() const override { return 1; }
  Paths roots(const SourceEnvironment&) const override { return roots_; }
  bool is_log(std::string_view path) const override {
    if (on_look) on_look(path);
    return path.ends_with(".log");
  }
  int likeness(std::string_view head) const override {
    int count = 0;
    for (size_t at = head.find(name_); at != head.npos; at = head.find(name_, at + 1)) ++count;
    return count;
  }
  std::unique_ptr<LogReader> reader(const ReaderOptions&) const override { return nullptr; }

  std::function<void(std::string_view)> on_look;

 private:
  std::string name_;
  Paths roots_;
};

Paths paths_of(const Discovery& discovery) {
  Paths paths;
  for (const FoundLog& log : discovery.logs) paths.push_back(log.now.path);
  return paths;
}

Discovery discover(const FakeSource& source) { return discover_logs({&source}, {}); }

TEST_CASE("logs are found at every depth, in order of their paths", "[discover]") {
  const TempFolder folder;
  Paths expected;
  for (const char* name :
       {"z.log", "a/b/c/d.log", "a.log", "B.log", "a/1.log", "a-b.log", "\xc3\xa9.log"})
    expected.push_back(folder.write(name, "x"));
  folder.write("a/no.txt", "x");
  std::sort(expected.begin(), expected.end());
  const Discovery discovery = discover(FakeSource("agent", {folder.path()}));
  CHECK(paths_of(discovery) == expected);
  CHECK(discovery.failures.empty());
}

TEST_CASE("logs of several roots and sources come in one order", "[discover]") {
  const TempFolder folder;
  const std::string b = folder.write("r1/b.log", "x"), a = folder.write("r2/a.log", "x");
  const std::string c = folder.write("r0/c.log", "x");
  const FakeSource one("one", {folder / "r2", folder / "r1"}), two("two", {folder / "r0"});
  const Discovery discovery = discover_logs({&one, &two}, {});
  CHECK(paths_of(discovery) == Paths{c, b, a});
  CHECK(discovery.logs[0].source == &two);
  CHECK(discovery.logs[0].now.source == "two");
  CHECK(discovery.logs[1].source == &one);
}

TEST_CASE("a place that does not exist has no logs", "[discover]") {
  const TempFolder folder;
  folder.write("file", "x");
  const Discovery discovery =
      discover(FakeSource("agent", {folder / "none", folder / "none/below"}));
  CHECK(discovery.logs.empty());
  CHECK(discovery.failures.empty());
}

TEST_CASE("links that loop end", "[discover]") {
  const TempFolder folder;
  const std::string log = folder.write("a/b/x.log", "x");
  fs::create_directory_symlink(folder.path(), folder / "a/b/up");
  fs::create_directory_symlink(folder / "a", folder / "a/self");
  fs::create_symlink(folder / "ring", folder / "ring");
  fs::create_symlink(folder / "nowhere", folder / "dangling.log");
  const Discovery discovery = discover(FakeSource("agent", {folder.path()}));
  REQUIRE(discovery.logs.size() == 1);
  CHECK(fs::canonical(discovery.logs[0].now.path) == log);
  CHECK(discovery.failures.empty());
}

TEST_CASE("links are followed out of the place", "[discover]") {
  const TempFolder folder, elsewhere;
  elsewhere.write("d/far.log", "x");
  fs::create_directories(folder / "root");
  fs::create_directory_symlink(elsewhere / "d", folder / "root/d");
  CHECK(paths_of(discover(FakeSource("agent", {folder / "root"}))) ==
        Paths{folder / "root/d/far.log"});
}

TEST_CASE("a file with two names is one log", "[discover]") {
  const TempFolder folder;
  const std::string log = folder.write("a.log", "x");
  fs::create_hard_link(log, folder / "b.log");
  fs::create_symlink(log, folder / "c.log");
  CHECK(discover(FakeSource("agent", {folder.path(), folder.path()})).logs.size() == 1);
}

TEST_CASE("what vanishes while it is looked for was never there", "[discover]") {
  const TempFolder folder;
  folder.write("1.log", "x");
  folder.write("below/2.log", "x");
  FakeSource source("agent", {folder.path()});
  source.on_look = [&](std::string_view) { fs::remove_all(folder / "below"); };
  const Discovery discovery = discover(source);
  CHECK(discovery.logs.size() == 1);
  CHECK(discovery.failures.empty());
}

TEST_CASE("pipes are no logs, and are not waited for", "[discover]") {
  const TempFolder folder;
  REQUIRE(mkfifo((folder / "pipe.log").c_str(), 0600) == 0);
  fs::create_symlink(folder / "pipe.log", folder / "link.log");
  const FakeSource source("agent", {folder.path()});
  CHECK(discover(source).logs.empty());
  const Discovery named = discover_paths({folder / "pipe.log"}, {&source}, {&source});
  CHECK(named.logs.empty());
  REQUIRE(named.failures.size() == 1);
  CHECK(named.failures[0].problem == "is neither a file nor a directory");
}

TEST_CASE("a found log says what the file is now, and no more", "[discover]") {
  const TempFolder folder;
  const std::string path = folder.write("a.log", "12345");
  const Discovery discovery = discover(FakeSource("agent", {folder.path()}));
  REQUIRE(discovery.logs.size() == 1);
  struct stat status;
  REQUIRE(stat(path.c_str(), &status) == 0);
  Cursor expected;
  expected.source = "agent";
  expected.path = path;
  expected.device = static_cast<int64_t>(status.st_dev);
  expected.inode = static_cast<int64_t>(status.st_ino);
  expected.size = 5;
  expected.mtime_ns = status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec;
  expected.ctime_ns = status.st_ctim.tv_sec * 1'000'000'000 + status.st_ctim.tv_nsec;
  CHECK((discovery.logs[0].now == expected));
}

TEST_CASE("files that are named are read whatever their name", "[discover]") {
  const TempFolder folder;
  const FakeSource source("agent", {});
  const std::string odd = folder.write("odd.txt", "x"), log = folder.write("d/in.log", "x");
  folder.write("d/out.txt", "x");
  CHECK(paths_of(discover_paths({odd, folder / "d"}, {&source}, {&source})) == Paths{log, odd});
  CHECK(paths_of(discover_paths({log, folder / "d", folder / "d/../d"}, {&source}, {&source})) ==
        Paths{log});
}

TEST_CASE("a path that is named and not there is a failure", "[discover]") {
  const TempFolder folder;
  const FakeSource source("agent", {});
  fs::create_symlink(folder / "ring", folder / "ring");
  const Discovery discovery = discover_paths(
      {folder / "none", folder / "ring", folder.write("a.log", "x")}, {&source}, {&source});
  CHECK(discovery.logs.size() == 1);
  REQUIRE(discovery.failures.size() == 2);
  CHECK(discovery.failures[0].path == folder / "none");
  CHECK(discovery.failures[0].problem == "cannot be read: No such file or directory");
}

TEST_CASE("the agent is told from the content", "[discover]") {
  const TempFolder folder;
  const FakeSource one("one", {}), two("two", {});
  folder.write("1.log", "one one two");
  folder.write("2.log", "one two two");
  folder.write("3.log", "neither");
  folder.write("4.log", "");
  const Discovery discovery = discover_paths({folder.path()}, {&one, &two}, {&one, &two});
  REQUIRE(discovery.logs.size() == 4);
  CHECK(discovery.logs[0].now.source == "one");
  CHECK(discovery.logs[1].now.source == "two");
  // The first one says, line by line, what is wrong.
  CHECK(discovery.logs[2].now.source == "one");
  CHECK(discovery.logs[3].now.source == "one");
  // Who asks for one agent does not want the logs of another one.
  const Discovery chosen = discover_paths({folder.path()}, {&two}, {&one, &two});
  CHECK(paths_of(chosen) == Paths{folder / "2.log", folder / "3.log", folder / "4.log"});
}

TEST_CASE("Claude Code's logs lie where its variables say", "[discover]") {
  const ClaudeSource claude;
  std::map<std::string, std::string> variables;
  const SourceEnvironment environment{
      [&](const std::string& name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
      },
      "/home/ada"};
  CHECK(claude.roots(environment) ==
        Paths{"/home/ada/.config/claude/projects", "/home/ada/.claude/projects"});
  variables["XDG_CONFIG_HOME"] = "/x";
  CHECK(claude.roots(environment) == Paths{"/x/claude/projects", "/home/ada/.claude/projects"});
  variables["CLAUDE_CONFIG_DIR"] = " /a, /b ,,";
  CHECK(claude.roots(environment) == Paths{"/a/projects", "/b/projects"});
}

TEST_CASE("Codex's logs lie where its variable says", "[discover]") {
  const CodexSource codex;
  std::optional<std::string> home;
  const SourceEnvironment environment{
      [&](const std::string& name) { return name == "CODEX_HOME" ? home : std::nullopt; },
      "/home/ada"};
  CHECK(codex.roots(environment) ==
        Paths{"/home/ada/.codex/sessions", "/home/ada/.codex/archived_sessions"});
  home = "";
  CHECK(codex.roots(environment)[0] == "/home/ada/.codex/sessions");
  home = "/x";
  CHECK(codex.roots(environment) == Paths{"/x/sessions", "/x/archived_sessions"});
  CHECK(codex.is_log("/x/sessions/2026/01/02/rollout-1.jsonl"));
  CHECK(codex.is_log("/x/archived_sessions/rollout-1.jsonl.zst"));
  CHECK_FALSE(codex.is_log("/x/sessions/rollout-1.jsonl.zst.compress.7.tmp"));
}

}  // namespace
}  // namespace relayburn
