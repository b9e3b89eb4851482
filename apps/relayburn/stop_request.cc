#include "apps/relayburn/stop_request.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "core/base/error.h"

namespace relayburn {
namespace {

constexpr int kPatienceMs = 800;

FileHandle made(int fd, const char* what) {
  if (fd < 0)
    throw Error(ErrorKind::Internal, std::string("no ") + what + ": " + std::strerror(errno));
  return FileHandle(fd);
}

FileHandle make_event() { return made(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd"); }

void set_event(const FileHandle& event) {
  const uint64_t one = 1;
  (void)!write(event.fd(), &one, sizeof one);
}

bool is_readable(int fd, int timeout_ms) {
  pollfd wanted{fd, POLLIN, 0};
  return poll(&wanted, 1, timeout_ms) > 0;
}

FileHandle block_and_open() {
  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGTERM);
  sigaddset(&stops, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stops, nullptr);
  return made(signalfd(-1, &stops, SFD_CLOEXEC), "signalfd");
}

}  // namespace

StopRequest::StopRequest()
    : signals_(block_and_open()),
      made_(make_event()),
      ended_(make_event()),
      thread_([this] { wait_for_signal(); }) {}

StopRequest::~StopRequest() {
  set_event(ended_);
  thread_.join();
}

bool StopRequest::is_made() const { return is_readable(made_.fd(), 0); }

void StopRequest::wait_for_signal() const {
  pollfd either[] = {{signals_.fd(), POLLIN, 0}, {ended_.fd(), POLLIN, 0}};
  while (poll(either, 2, -1) < 0) {
  }
  if (either[1].revents != 0) return;
  set_event(made_);
  if (!is_readable(ended_.fd(), kPatienceMs)) _exit(0);
}

}  // namespace relayburn
