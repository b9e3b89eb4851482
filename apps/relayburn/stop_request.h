#pragma once
// SIGTERM and SIGINT for a program that works until it is told to end.

#include <thread>

#include "core/base/file.h"

namespace relayburn {

// While it lives, both signals are a request to stop. Work that does not end within a second of it
// is abandoned, as by a crash, and the process exits 0.
class StopRequest {
 public:
  // Before other threads are started: they inherit which signals are blocked.
  StopRequest();
  ~StopRequest();
  StopRequest(const StopRequest&) = delete;
  StopRequest& operator=(const StopRequest&) = delete;

  bool is_made() const;
  // Readable once it is made.
  int fd() const { return made_.fd(); }

 private:
  void wait_for_signal() const;

  FileHandle signals_;
  FileHandle made_;
  FileHandle ended_;  // tells the thread that nobody waits any more
  std::thread thread_;
};

}  // namespace relayburn
