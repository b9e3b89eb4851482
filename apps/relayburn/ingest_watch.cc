#include "apps/relayburn/ingest_watch.h"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <random>

#include "apps/relayburn/ingest_job.h"
#include "apps/relayburn/output.h"
#include "apps/relayburn/stop_request.h"
#include "core/base/error.h"
#include "core/ingest/folder_watch.h"

namespace relayburn {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

// An agent writes several lines at once: a burst is read when it is over, or has gone on for long.
constexpr milliseconds kQuiet{300};
constexpr seconds kMaxBurst{5};
constexpr milliseconds kFirstPause{1000};
constexpr milliseconds kMaxPause{60000};

struct Stopped {};

// Whether the ledger may be back by itself.
bool may_pass(ErrorKind kind) {
  return kind == ErrorKind::Unavailable || kind == ErrorKind::Unauthorized ||
         kind == ErrorKind::Conflict;
}

// Each pause twice as long as the one before, and shortened at random: so hosts do not come back
// all at once.
class GrowingPause {
 public:
  milliseconds next() {
    pause_ = pause_.count() == 0 ? kFirstPause : std::min(2 * pause_, kMaxPause);
    return milliseconds(std::uniform_int_distribution(pause_.count() / 2, pause_.count())(random_));
  }
  void reset() { pause_ = milliseconds(0); }

 private:
  milliseconds pause_{0};
  std::minstd_rand random_{std::random_device()()};
};

class LogWatch {
 public:
  LogWatch(const IngestCommand& command, const CommandContext& session)
      : command_(command), session_(session) {}

  int run() {
    pause(splay());
    while (!stop_.is_made()) {
      try {
        pass();
        wait_for_change();
      } catch (const Stopped&) {
        break;
      } catch (const Error& error) {
        if (!may_pass(error.kind)) throw;
        ledger_is_away(error);
        pause(growing_.next());
      }
    }
    return kDone;
  }

 private:
  milliseconds splay() const {
    std::random_device random;
    return milliseconds(
        std::uniform_int_distribution(0, session_.settings.splay_seconds() * 1000)(random));
  }

  // Ends early when we are to stop.
  void pause(milliseconds time) const {
    pollfd stop{stop_.fd(), POLLIN, 0};
    poll(&stop, 1, static_cast<int>(time.count()));
  }

  // Watched first, read then: what changes in between is told, and read once more.
  void pass() {
    const Discovery found = find_logs(command_, session_);
    const std::string problem = folders_.watch(found.folders);
    folders_.await(found.missing);
    if (!problem.empty() && !said_polling_) {
      said_polling_ = true;
      session_.log.write(LogLevel::Warning,
                         "cannot watch " + problem + "; looking every " +
                             std::to_string(session_.settings.interval_seconds()) + " s");
    }
    const IngestResult result = run_ingest(command_, session_, [this] {
      if (stop_.is_made()) throw Stopped{};
    });
    command_.is_full = false;
    ledger_is_there();
    report(result);
  }

  bool is_told_within(milliseconds time) const {
    pollfd either[] = {{stop_.fd(), POLLIN, 0}, {folders_.fd(), POLLIN, 0}};
    return poll(either, 2, static_cast<int>(time.count())) > 0;
  }

  void wait_for_change() {
    const Clock::time_point next_look =
        Clock::now() + seconds(session_.settings.interval_seconds());
    do {
      const auto left = std::chrono::ceil<milliseconds>(next_look - Clock::now());
      if (left.count() <= 0 || !is_told_within(left)) return;
    } while (!stop_.is_made() && !folders_.drain());
    const Clock::time_point end = Clock::now() + kMaxBurst;
    while (!stop_.is_made() && Clock::now() < end && is_told_within(kQuiet)) folders_.drain();
  }

  void ledger_is_away(const Error& error) {
    if (away_since_) return;
    away_since_ = Clock::now();
    session_.log.write(LogLevel::Warning,
                       std::string(error.what()) + "; trying again until it is back");
  }

  void ledger_is_there() {
    growing_.reset();
    if (!away_since_) return;
    const auto away = std::chrono::duration_cast<seconds>(Clock::now() - *away_since_);
    away_since_.reset();
    session_.log.write(LogLevel::Warning,
                       "the ledger is back after " + std::to_string(away.count()) + " s");
  }

  // What has been said already is not said each time.
  void report(const IngestResult& result) {
    const std::string issues = render_issues(result.summary);
    if (issues != issues_) report_issues(result.summary, session_);
    issues_ = issues;
    const bool is_first = !std::exchange(has_reported_, true);
    if (!is_first && result.summary.files.read == 0) return;
    if (command_.prints_json) {
      print(render_json(result));
    } else if (!session_.settings.is_quiet()) {
      print(is_first ? render_text(result) : render_line(result));
    }
  }

  IngestCommand command_;
  const CommandContext& session_;
  StopRequest stop_;
  FolderWatch folders_;
  GrowingPause growing_;
  std::optional<Clock::time_point> away_since_;
  std::string issues_;
  bool has_reported_ = false;
  bool said_polling_ = false;
};

}  // namespace

int watch_logs(const IngestCommand& command, const CommandContext& session) {
  return LogWatch(command, session).run();
}

}  // namespace relayburn
