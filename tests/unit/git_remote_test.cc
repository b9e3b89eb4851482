#include "core/sources/git_remote.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "core/sources/git_config.h"

namespace relayburn {
namespace {

using namespace std::string_literals;

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name =
        (std::filesystem::temp_directory_path() / "relayburn-git-remote-XXXXXX").native();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  std::string at(const std::string& name) const { return path_ + "/" + name; }
  void make(const std::string& name) const { std::filesystem::create_directories(at(name)); }
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(at(name)).parent_path());
    std::ofstream(at(name), std::ios::binary) << text;
  }

 private:
  std::string path_;
};

std::string config_of(const std::string& url) {
  return "[core]\n\tbare = false\n[remote \"origin\"]\n\turl = " + url + "\n";
}

TEST_CASE("remotes have one name", "[git_remote]") {
  CHECK(canonical_remote("git@GitHub.com:Org/Repo.git") == "github.com/Org/Repo");
  CHECK(canonical_remote("ssh://git@host:2222/a/b.git/") == "host/a/b");
  CHECK(canonical_remote("https://u:p@gitlab.com/g/s/r") == "gitlab.com/g/s/r");
  CHECK(canonical_remote("https://github.com/Org/Repo") == "github.com/Org/Repo");
  CHECK(canonical_remote("HTTPS://GitHub.com//Org/Repo.git//") == "github.com/Org/Repo");
  CHECK(canonical_remote("git+ssh://git@host/a/b") == "host/a/b");
  CHECK(canonical_remote("https://host/a/b.git.git") == "host/a/b.git");
  CHECK(canonical_remote("https://host/a/b/.git") == "host/a/b");
  CHECK(canonical_remote("https://host/@scope/x@1") == "host/@scope/x@1");
  CHECK(canonical_remote("https://host:/a/b") == "host/a/b");
  CHECK(canonical_remote("git@host:/a/b/") == "host/a/b");
  CHECK(canonical_remote("my_user-1@host:a:b") == "host/a:b");
  CHECK(canonical_remote(" git@host:a/b\n") == "host/a/b");
  CHECK(canonical_remote("git@host:a/\xFF\0b"s) == "host/a/\uFFFD\uFFFDb");
}

TEST_CASE("a password never becomes part of the name", "[git_remote]") {
  CHECK(canonical_remote("https://user:p@ss@host/a/b") == "host/a/b");
  CHECK(canonical_remote("https://token@host:8443/a/b") == "host/a/b");
  CHECK_FALSE(canonical_remote("user:secret@host:a/b"));
  CHECK_FALSE(canonical_remote("user@secret@host:a/b"));
}

TEST_CASE("what is no remote of a forge has no name", "[git_remote]") {
  for (const char* url : {"",
                          "/srv/x.git",
                          "../x",
                          "x",
                          "host:path",
                          "file:///a/b",
                          "file://host/a/b",
                          "C:/x/y",
                          "C:\\x\\y",
                          "https://",
                          "https:///a/b",
                          "https://host",
                          "https://host/",
                          "https://host/.git",
                          "git@host:",
                          "git@:a/b",
                          "git@host",
                          "@host:a/b",
                          "git@host:/.git/",
                          "us er@host:a/b",
                          "git@ho st:a/b",
                          "git@host/x:a/b",
                          "https://host:x/a",
                          "https://[::1]/a/b",
                          "://host/a",
                          "1s://host/a",
                          "ht tp://host/a",
                          "https://ho st/a"}) {
    CAPTURE(url);
    CHECK_FALSE(canonical_remote(url));
  }
}

TEST_CASE("the url of origin in a config", "[git_remote]") {
  CHECK(origin_url(config_of("git@h:a/b")) == "git@h:a/b");
  CHECK(origin_url("[remote \"origin\"] url=x") == "x");
  CHECK(origin_url("\xEF\xBB\xBF[REMOTE \"origin\"]\r\n  URL = x y \t\r\n") == "x y");
  CHECK(origin_url("[remote \"origin\"]\nurl = a\nurl = b\n[x]\nurl = c\n") == "b");
  CHECK(origin_url("[remote \"origin\"]\nurl=a\n[core]\n[remote \"origin\"]\nurl=b") == "b");
  CHECK(origin_url("[remote \"upstream\"]\nurl=a\n[remote \"origin\"]\nfetch=+x\nurl=b") == "b");
  CHECK(origin_url("[remote \"origin\"]\nurl =\n") == "");
  CHECK(origin_url("[remote \"or\\igin\"]\nurl = x\n") == "x");

  CHECK_FALSE(origin_url(""));
  CHECK_FALSE(origin_url("url = x"));
  CHECK_FALSE(origin_url("[remote \"Origin\"]\nurl = x"));
  CHECK_FALSE(origin_url("[remote]\nurl = x"));
  CHECK_FALSE(origin_url("[remote \"origin\"\nurl = x"));
  CHECK_FALSE(origin_url("[remote \"origin\"]\npushurl = x\nurl\n#url = y\n; url = z"));
  CHECK_FALSE(origin_url("[url \"x\"]\ninsteadOf = y\n[branch \"origin\"]\nurl = z"));
}

TEST_CASE("comments, quotes and joined lines in a config", "[git_remote]") {
  const std::string origin = "[remote \"origin\"] # mine\n";
  CHECK(origin_url(origin + "url = x # comment") == "x");
  CHECK(origin_url(origin + "url = x;comment") == "x");
  CHECK(origin_url(origin + "url = \"x # y; z\" ; comment") == "x # y; z");
  CHECK(origin_url(origin + "url = \" x \"") == " x ");
  CHECK(origin_url(origin + "url = a\"b\"c") == "abc");
  CHECK(origin_url(origin + "url = a\\\n  b") == "a  b");
  CHECK(origin_url(origin + "url = a\\\r\nb") == "ab");
  CHECK(origin_url(origin + "url = \"a\\\"\\\\b\"") == "a\"\\b");
  CHECK(origin_url(origin + "url = \"open\nurl = x") == "x");
  CHECK(origin_url(origin + "fetch = a\\\n[core]\nurl = x") == "x");
  CHECK(origin_url(origin + "? junk = 1\nurl = x") == "x");
}

TEST_CASE("the nearest repository decides", "[git_remote]") {
  const TemporaryDirectory root;
  root.write("repo/.git/config", config_of("git@github.com:o/r.git"));
  root.make("repo/a/b");
  root.write("repo/inner/.git/config", "[core]\n");
  root.make("repo/inner/x");

  CHECK(remote_of_directory(root.at("repo")) == "github.com/o/r");
  CHECK(remote_of_directory(root.at("repo/")) == "github.com/o/r");
  CHECK(remote_of_directory(root.at("repo/a/b")) == "github.com/o/r");
  CHECK(remote_of_directory(root.at("repo/a/../a/./b//")) == "github.com/o/r");
  CHECK(remote_of_directory(root.at("repo/gone/long/ago")) == "github.com/o/r");
  CHECK_FALSE(remote_of_directory(root.at("repo/inner/x")));
  CHECK_FALSE(remote_of_directory(root.at("elsewhere")));
}

TEST_CASE("worktrees and submodules", "[git_remote]") {
  const TemporaryDirectory root;
  root.write("main/.git/config", config_of("https://host/o/main"));
  root.write("main/.git/worktrees/w/commondir", "../..\n");
  root.write("w/.git", "gitdir: " + root.at("main/.git/worktrees/w") + "\n");
  root.write("relative/.git", "gitdir: ../main/.git/worktrees/w");
  root.write("main/.git/modules/s/config", config_of("https://host/o/sub"));
  root.write("main/s/.git", "gitdir: ../.git/modules/s\n");
  root.make("main/s/deep");

  CHECK(remote_of_directory(root.at("w")) == "host/o/main");
  CHECK(remote_of_directory(root.at("relative/sub/dir")) == "host/o/main");
  CHECK(remote_of_directory(root.at("main/s/deep")) == "host/o/sub");
}

TEST_CASE("a hundred levels and no more", "[git_remote]") {
  const TemporaryDirectory root;
  root.write(".git/config", config_of("https://host/a/b"));
  std::string path;
  for (int i = 0; i < 99; ++i) path += "d/";
  CHECK(remote_of_directory(root.at(path)) == "host/a/b");
  CHECK_FALSE(remote_of_directory(root.at(path + "d")));
}

TEST_CASE("what cannot be read is no remote", "[git_remote]") {
  const TemporaryDirectory root;
  root.make("fifo/.git");
  REQUIRE(::mkfifo(root.at("fifo/.git/config").c_str(), 0600) == 0);
  root.make("fifo2");
  REQUIRE(::mkfifo(root.at("fifo2/.git").c_str(), 0600) == 0);
  root.make("folder/.git/config");
  root.write("long/.git/config", config_of("https://host/a/b") + std::string(1 << 20, '\n'));
  root.write("junk/.git", "not a gitdir");
  root.write("empty/.git", "");
  root.write("dangling/.git", "gitdir: /nowhere/at/all");
  root.write("nul/.git", "gitdir: /x\0/y"s);

  for (const char* name : {"fifo", "fifo2", "folder", "long", "junk", "empty", "dangling", "nul"}) {
    CAPTURE(name);
    CHECK_FALSE(remote_of_directory(root.at(name)));
  }
  CHECK_FALSE(remote_of_directory(""));
  CHECK_FALSE(remote_of_directory("relative"));
  CHECK_FALSE(remote_of_directory("/x\0y"s));
  CHECK_FALSE(remote_of_directory("/" + std::string(100'000, 'x')));
}

}  // namespace
}  // namespace relayburn
