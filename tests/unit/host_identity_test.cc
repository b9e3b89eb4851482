#include "core/ingest/host_identity.h"

#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "core/base/file.h"
#include "core/base/key.h"
#include "core/base/utf8.h"
#include "tests/unit/temp_folder.h"

namespace fs = std::filesystem;

namespace relayburn {
namespace {

TEST_CASE("a host keeps its id", "[host_identity]") {
  const TempFolder folder;
  const std::string home = folder / "not/there/yet";
  const std::string id = host_id(home, "machine");
  CHECK(key_from_hex(id));
  CHECK(host_id(home, "machine") == id);
  CHECK(exists(home + "/host.json"));
}

TEST_CASE("ids are random", "[host_identity]") {
  const TempFolder folder;
  CHECK(host_id(folder / "a", "machine") != host_id(folder / "b", "machine"));
}

TEST_CASE("another machine id makes a new id, and keeps it", "[host_identity]") {
  const TempFolder folder;
  const std::string first = host_id(folder.path(), "machine");
  const std::string cloned = host_id(folder.path(), "its clone");
  CHECK(cloned != first);
  CHECK(host_id(folder.path(), "its clone") == cloned);
  CHECK(host_id(folder.path(), "machine") != first);
}

TEST_CASE("a machine without an id has a host id all the same", "[host_identity]") {
  const TempFolder folder;
  const std::string id = host_id(folder.path(), "");
  CHECK(key_from_hex(id));
  CHECK(host_id(folder.path(), "") == id);
  CHECK(host_id(folder.path(), "now it has one") != id);
}

TEST_CASE("the machine's own id is not written down", "[host_identity]") {
  const TempFolder folder;
  host_id(folder.path(), "0123456789abcdef-secret");
  CHECK_THAT(read_whole_file(folder / "host.json"), !Catch::Contains("secret"));
}

TEST_CASE("an identity that cannot be read is made anew", "[host_identity]") {
  const TempFolder folder;
  for (const char* damaged :
       {"", "{", "[]", "{\"hostId\":\"x\",\"machine\":\"y\"}", "{\"hostId\":1}"}) {
    CAPTURE(damaged);
    folder.write("host.json", damaged);
    const std::string id = host_id(folder.path(), "machine");
    CHECK(key_from_hex(id));
    CHECK(host_id(folder.path(), "machine") == id);
  }
}

TEST_CASE("an unwritable home gives the same id twice", "[host_identity]") {
  const TempFolder folder;
  folder.write("file", "x");
  // Nobody, not even root, can write below a file or in /proc.
  for (const std::string& home :
       {folder / "file", folder / "file/home", std::string("/proc/none")}) {
    CAPTURE(home);
    const std::string id = host_id(home, "machine");
    CHECK(key_from_hex(id));
    CHECK(host_id(home, "machine") == id);
    CHECK(host_id(home, "other") != id);
    CHECK(host_id(home + "2", "machine") != id);
  }
}

TEST_CASE("many first uses at once make one id", "[host_identity]") {
  const TempFolder folder;
  std::vector<std::string> ids(8);
  std::vector<std::thread> threads;
  for (std::string& id : ids)
    threads.emplace_back([&] { id = host_id(folder / "home", "machine"); });
  for (std::thread& thread : threads) thread.join();
  CHECK(std::set<std::string>(ids.begin(), ids.end()).size() == 1);
}

TEST_CASE("the usual label is user@host", "[host_identity]") {
  const std::string label = default_host_label();
  CHECK(is_storable(label));
  CHECK(label.find('@') != std::string::npos);
  CHECK(label.front() != '@');
}

TEST_CASE("the system's machine id is one line", "[host_identity]") {
  const std::string id = system_machine_id();
  CHECK(id.find_first_of(" \n") == std::string::npos);
  CHECK(system_machine_id() == id);
}

}  // namespace
}  // namespace relayburn
