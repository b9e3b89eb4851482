#include "core/base/file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <thread>

#include "tests/unit/temp_folder.h"

namespace fs = std::filesystem;

namespace relayburn {
namespace {

unsigned mode_of(const std::string& path) {
  struct stat status;
  REQUIRE(stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

template <class Call>
Error error_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  FAIL("nothing was thrown");
  return {ErrorKind::Internal, ""};
}

size_t files_in(const TempFolder& folder) {
  return static_cast<size_t>(
      std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()));
}

TEST_CASE("a file is replaced whole, and nothing stays beside it", "[file]") {
  const TempFolder folder;
  const std::string path = folder / "f";
  for (const bool sync : {false, true})
    for (const std::string& bytes :
         {std::string("first"), std::string(), std::string("\0\n", 2), std::string(300'000, 'x')}) {
      replace_file(path, bytes, sync);
      CHECK((read_whole_file(path) == bytes));
      CHECK(files_in(folder) == 1);
    }
}

TEST_CASE("what a killed writer left beside a file is overwritten", "[file]") {
  const TempFolder folder;
  folder.write("f.new", "half of something, and long");
  replace_file(folder / "f", "new", false);
  CHECK(read_whole_file(folder / "f") == "new");
  CHECK(files_in(folder) == 1);
}

TEST_CASE("a replaced file is nobody else's to read", "[file]") {
  const TempFolder folder;
  const std::string path = folder.write("f", "old");
  REQUIRE(chmod(path.c_str(), 0644) == 0);
  replace_file(path, "new", false);
  CHECK(mode_of(path) == 0600);
}

TEST_CASE("who has the old file open goes on reading it", "[file]") {
  const TempFolder folder;
  const std::string path = folder.write("f", "old");
  const FileHandle old = FileHandle::open(path, O_RDONLY);
  replace_file(path, "new, and longer", false);
  std::string bytes(20, '\0');
  bytes.resize(read_at(old, bytes.data(), bytes.size(), 0, path));
  CHECK(bytes == "old");
}

TEST_CASE("a file that cannot be replaced leaves no rest", "[file]") {
  const TempFolder folder;
  folder.write("d/inside", "x");
  CHECK_THROWS_AS(replace_file(folder / "d", "bytes", false), Error);
  CHECK(files_in(folder) == 1);
  const Error missing = error_of([&] { replace_file(folder / "no/f", "x", false); });
  CHECK(missing.kind == ErrorKind::Unavailable);
}

TEST_CASE("errors name the file, the deed and the reason", "[file]") {
  const TempFolder folder;
  const Error error = error_of([&] { read_whole_file(folder / "none"); });
  CHECK(error.kind == ErrorKind::Unavailable);
  CHECK(error.what() == "cannot open " + (folder / "none") + ": No such file or directory");
}

TEST_CASE("error numbers become kinds", "[file]") {
  const auto kind_of = [](int number) {
    return error_of([&] { throw_file_error("read", "f", number); }).kind;
  };
  CHECK(kind_of(ENOENT) == ErrorKind::Unavailable);
  CHECK(kind_of(ENOTDIR) == ErrorKind::Unavailable);
  CHECK(kind_of(EACCES) == ErrorKind::Unauthorized);
  CHECK(kind_of(EROFS) == ErrorKind::Unauthorized);
  CHECK(kind_of(ENOSPC) == ErrorKind::Unavailable);
  CHECK(kind_of(EBUSY) == ErrorKind::Unavailable);
  CHECK(kind_of(EDQUOT) == ErrorKind::Unavailable);
}

TEST_CASE("reading gives fewer bytes only at the end", "[file]") {
  const TempFolder folder;
  const std::string path = folder.write("f", "0123456789");
  const FileHandle file = FileHandle::open(path, O_RDONLY);
  std::string bytes(4, '\0');
  CHECK(read_at(file, bytes.data(), 4, 3, path) == 4);
  CHECK(bytes == "3456");
  CHECK(read_at(file, bytes.data(), 4, 8, path) == 2);
  CHECK(read_at(file, bytes.data(), 4, 10, path) == 0);
  CHECK(read_at(file, bytes.data(), 4, 99, path) == 0);
}

TEST_CASE("handles close once, and move", "[file]") {
  const TempFolder folder;
  const std::string path = folder.write("f", "x");
  FileHandle a = FileHandle::open(path, O_RDONLY);
  const int fd = a.fd();
  FileHandle b = std::move(a);
  CHECK_FALSE(a.is_open());
  CHECK(b.fd() == fd);
  CHECK((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
  b = FileHandle();
  CHECK(fcntl(fd, F_GETFD) == -1);
  errno = 0;
  CHECK_FALSE(FileHandle::try_open(folder / "none", O_RDONLY).is_open());
  CHECK(errno == ENOENT);
}

TEST_CASE("opening a pipe does not wait for its other end", "[file]") {
  const TempFolder folder;
  const std::string path = folder / "pipe";
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  CHECK(FileHandle::try_open(path, O_RDONLY).is_open());
}

TEST_CASE("directories are made with what is missing above them", "[file]") {
  const TempFolder folder;
  make_directories(folder / "a/b/c");
  CHECK(fs::is_directory(folder / "a/b/c"));
  CHECK(mode_of(folder / "a") == 0700);
  CHECK(mode_of(folder / "a/b/c") == 0700);
  make_directories(folder / "a/b/c");
  make_directories(folder / "x/y/");
  CHECK(fs::is_directory(folder / "x/y"));
  CHECK(exists(folder / "x/y"));
  CHECK_FALSE(exists(folder / "x/z"));
}

TEST_CASE("directories that are there keep their mode", "[file]") {
  const TempFolder folder;
  fs::create_directory(folder / "a");
  REQUIRE(chmod((folder / "a").c_str(), 0755) == 0);
  make_directories(folder / "a/b");
  CHECK(mode_of(folder / "a") == 0755);
}

TEST_CASE("a link to a directory is a directory", "[file]") {
  const TempFolder folder;
  fs::create_directory(folder / "real");
  fs::create_directory_symlink(folder / "real", folder / "link");
  make_directories(folder / "link/below");
  make_directories(folder / "link");
  CHECK(fs::is_directory(folder / "real/below"));
}

TEST_CASE("a file on the way is an error", "[file]") {
  const TempFolder folder;
  folder.write("f", "x");
  CHECK_THROWS_AS(make_directories(folder / "f/below"), Error);
  CHECK_THROWS_AS(make_directories(folder / "f/far/below"), Error);
}

TEST_CASE("a file in the place of the directory is an error", "[file]") {
  const TempFolder folder;
  folder.write("f", "x");
  CHECK_THROWS_AS(make_directories(folder / "f"), Error);
}

TEST_CASE("a lock is held by one at a time", "[file]") {
  const TempFolder folder;
  const std::string path = folder / "lock";
  {
    const FileLock held = FileLock::acquire(path, 0);
    CHECK(held.is_held());
    CHECK_FALSE(FileLock::acquire(path, 0).is_held());
    CHECK_FALSE(FileLock::acquire(path, 50).is_held());
    CHECK(FileLock::acquire(folder / "other", 0).is_held());
  }
  CHECK(FileLock::acquire(path, 0).is_held());
  CHECK(FileLock::acquire(path, -1).is_held());
  CHECK(exists(path));
}

TEST_CASE("waiting for a lock ends when it is freed", "[file]") {
  const TempFolder folder;
  const std::string path = folder / "lock";
  const int timeout_ms = GENERATE(-1, 30'000);
  std::optional<FileLock> held = FileLock::acquire(path, 0);
  std::atomic<bool> has_lock = false;
  std::thread waiter([&] { has_lock = FileLock::acquire(path, timeout_ms).is_held(); });
  std::this_thread::sleep_for(std::chrono::milliseconds(60));
  CHECK_FALSE(has_lock);
  held.reset();
  waiter.join();
  CHECK(has_lock);
}

TEST_CASE("a lock is freed when its holder dies", "[file]") {
  const TempFolder folder;
  const std::string path = folder / "lock";
  int ready[2];
  REQUIRE(pipe(ready) == 0);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const FileLock lock = FileLock::acquire(path, 0);
    const char byte = lock.is_held() ? '1' : '0';
    if (write(ready[1], &byte, 1) != 1) _exit(1);
    while (true) pause();
  }
  char byte = '0';
  REQUIRE(read(ready[0], &byte, 1) == 1);
  close(ready[0]);
  close(ready[1]);
  CHECK(byte == '1');
  CHECK_FALSE(FileLock::acquire(path, 0).is_held());
  REQUIRE(kill(child, SIGKILL) == 0);
  REQUIRE(waitpid(child, nullptr, 0) == child);
  CHECK(FileLock::acquire(path, 0).is_held());
}

TEST_CASE("a lock in a place that is not there is an error", "[file]") {
  const TempFolder folder;
  CHECK(error_of([&] { FileLock::acquire(folder / "no/lock", 0); }).kind == ErrorKind::Unavailable);
}

}  // namespace
}  // namespace relayburn
