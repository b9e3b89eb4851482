#pragma once
// What hosts get and do until all has been read: the law machine's input. Has a form on one line,
// so that a failure can be replayed.

#include <set>
#include <string>
#include <vector>

#include "tests/law/log_pool.h"

namespace relayburn {

struct Step {
  bool is_delivery = false;
  size_t host = 0;

  // A delivery: the log's first bytes stand at a place of the host.
  size_t log = 0;  // index of Schedule::logs
  size_t place = 0;
  size_t bytes = 0;
  bool is_new_file = false;  // else what stands there is written over, or appended to

  // Else an ingest.
  enum class Fault {
    None,
    DiesBefore,  // its `at`-th append
    DiesAfter,
    RepeatsAppend,
    Killed,  // after `at` microseconds
  };
  size_t batch_rows = 0;  // 0: as usual
  bool is_full = false;
  bool is_old_version = false;
  bool is_with_next = false;  // at the same time as the step behind, an ingest of another host
  Fault fault = Fault::None;
  size_t at = 0;
};

struct Schedule {
  std::vector<std::string> logs;  // names in the pool
  std::set<size_t> side_hosts;    // they write to another ledger, which is copied in the end
  std::vector<Step> steps;

  size_t host_count() const;
};

Schedule random_schedule(const LogPool& pool, Random& random);

std::string to_text(const Schedule& schedule);
// Throws std::runtime_error where the text is no schedule.
Schedule parse_schedule(const std::string& text);

// Every schedule that is one step simpler, the simplest first.
std::vector<Schedule> simpler(const Schedule& schedule, const LogPool& pool);

}  // namespace relayburn
