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
  CHECK_FALSE(exists(home + "/host.json"));
}

// The file that holds the only identity of a home.
std::string identity_file(const TempFolder& folder) {
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(folder / "hosts")) files.push_back(entry.path());
  REQUIRE(files.size() == 1);
  return files.front();
}

TEST_CASE("ids are random", "[host_identity]") {
  const TempFolder folder;
  CHECK(host_id(folder / "a", "machine") != host_id(folder / "b", "machine"));
}

TEST_CASE("machines that share a home keep their ids", "[host_identity]") {
  const TempFolder folder;
  const std::string first = host_id(folder.path(), "machine");
  const std::string cloned = host_id(folder.path(), "its clone");
  CHECK(cloned != first);
  for (int i = 0; i < 2; ++i) {
    CHECK(host_id(folder.path(), "its clone") == cloned);
    CHECK(host_id(folder.path(), "machine") == first);
    CHECK(host_id_as_kept(folder.path(), "its clone") == cloned);
  }
}

TEST_CASE("what an older version kept is taken over by its machine alone", "[host_identity]") {
  const TempFolder made, folder;
  const std::string id = host_id(made.path(), "machine");
  const std::string older = read_whole_file(identity_file(made));
  folder.write("host.json", older);
  CHECK(host_id_as_kept(folder.path(), "machine") == id);
  CHECK(host_id(folder.path(), "another") != id);
  CHECK(host_id(folder.path(), "machine") == id);
  // An older version on another machine still overwrites it.
  folder.write("host.json", "{}");
  CHECK(host_id(folder.path(), "machine") == id);
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
  CHECK_THAT(identity_file(folder), !Catch::Contains("secret"));
  CHECK_THAT(read_whole_file(identity_file(folder)), !Catch::Contains("secret"));
}

TEST_CASE("an identity that cannot be read is made anew", "[host_identity]") {
  const TempFolder folder;
  host_id(folder.path(), "machine");
  const std::string path = identity_file(folder);
  for (const char* damaged :
       {"", "{", "[]", "{\"hostId\":\"x\",\"machine\":\"y\"}", "{\"hostId\":1}"}) {
    CAPTURE(damaged);
    folder.write("host.json", damaged);
    replace_file(path, damaged, false);
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
