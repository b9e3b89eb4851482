#include "tests/contract/child.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

namespace relayburn {

Signal::Signal() {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("cannot make a pipe");
  read_end_ = ends[0];
  write_end_ = ends[1];
}

Signal::~Signal() {
  close(read_end_);
  close(write_end_);
}

void Signal::raise(int times) const {
  const std::string bytes(static_cast<size_t>(times), '!');
  if (write(write_end_, bytes.data(), bytes.size()) != times)
    throw std::runtime_error("cannot write into a pipe");
}

bool Signal::wait(milliseconds timeout) const {
  pollfd waiting{read_end_, POLLIN, 0};
  while (true) {
    const int ready = poll(&waiting, 1, static_cast<int>(timeout.count()));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return false;
    char byte;
    return read(read_end_, &byte, 1) == 1;
  }
}

int Signal::taken() const {
  int taken = 0;
  while (wait(milliseconds(0))) ++taken;
  return taken;
}

void Signal::expect() const {
  if (!wait()) throw std::runtime_error("waited in vain for another process");
}

Child::Child(const std::function<void()>& body) {
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error("cannot fork");
  if (pid_ > 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  int status = 1;
  try {
    body();
    status = 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "child: %s\n", error.what());
  }
  _exit(status);
}

Child::Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}

Child::~Child() { kill(); }

int Child::wait() {
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return status;
}

void Child::kill() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  wait();
}

void Child::suspend() const { ::kill(pid_, SIGSTOP); }

void Child::resume() const { ::kill(pid_, SIGCONT); }

Child::End Child::end() {
  const int status = wait();
  if (WIFSIGNALED(status)) return WTERMSIG(status) == SIGKILL ? End::Killed : End::Threw;
  return WEXITSTATUS(status) == 0 ? End::Succeeded : End::Threw;
}

}  // namespace relayburn
