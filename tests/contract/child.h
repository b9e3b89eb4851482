#pragma once
// Other processes, and how a test waits for them.

#include <sys/types.h>

#include <chrono>
#include <cstdlib>
#include <functional>

namespace relayburn {

using std::chrono::milliseconds;

// Long enough for a loaded machine under sanitizers; only a failing test waits so long.
inline constexpr milliseconds kSoon{15000};
// How long something that must not happen is watched.
inline constexpr milliseconds kAWhile{60};
// Whether tests may take minutes.
inline bool are_long_tests() { return std::getenv("RELAYBURN_LONG_TESTS") != nullptr; }

// Raised by one process or thread, awaited by another: make it before the fork.
class Signal {
 public:
  Signal();
  ~Signal();
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

  void raise(int times = 1) const;
  // Takes one raise. False where none came in time.
  bool wait(milliseconds timeout = kSoon) const;
  // Takes all that were raised so far, and gives how many.
  int taken() const;
  // Like wait(); throws, for use in a child, where Catch has nothing to say.
  void expect() const;

 private:
  int read_end_ = -1;
  int write_end_ = -1;
};

// A forked process that runs `body`. No adapter may be open and no other thread may run at the
// fork.
class Child {
 public:
  explicit Child(const std::function<void()>& body);
  ~Child();  // kills it where it still runs
  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;

  // By SIGKILL: nothing of it gets to run any more.
  void kill();
  // By SIGSTOP and SIGCONT: as where a lid is closed and opened again.
  void suspend() const;
  void resume() const;
  // Waits. Thrown: by the body; what, is on stderr.
  enum class End { Succeeded, Threw, Killed };
  End end();
  bool succeeded() { return pid_ >= 0 && end() == End::Succeeded; }

 private:
  int wait();

  pid_t pid_ = -1;
};

}  // namespace relayburn
