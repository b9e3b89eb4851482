// Tries to break the law (LEDGER.md 0): makes random schedules of deliveries, runs, cuts and
// crashes, and compares what comes of them with one plain reading. A schedule that breaks it is
// made as simple as it gets, and printed with the command that replays it.

#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <iostream>

#include "tests/contract/backend_under_test.h"
#include "tests/law/trial.h"

namespace relayburn {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kOpencodeSessions = 12;

struct Options {
  uint64_t seed = 1;
  double minutes = 0;
  size_t schedules = 100;  // where no minutes are given
  std::string replay;
  std::vector<std::string> folders = {RELAYBURN_TEST_DATA};
};

// One that breaks the law too, while there is one that is simpler. Chance may have had a part in
// it, so each gets several tries.
Schedule simplest(Schedule schedule, const LogPool& pool) {
  const auto breaks = [&](const Schedule& other) {
    for (int tries = 0; tries < 3; ++tries)
      if (!try_schedule(other, pool).empty()) return true;
    return false;
  };
  const auto deadline = Clock::now() + std::chrono::minutes(5);
  for (bool is_simpler = true; is_simpler && Clock::now() < deadline;) {
    is_simpler = false;
    for (const Schedule& other : simpler(schedule, pool)) {
      if (Clock::now() > deadline || !breaks(other)) continue;
      schedule = other;
      is_simpler = true;
      break;
    }
  }
  return schedule;
}

int report_failure(const std::string& program, const Schedule& schedule, const LogPool& pool) {
  std::cerr << "the law does not hold; looking for the simplest schedule …\n";
  const Schedule least = simplest(schedule, pool);
  std::cerr << to_text(least) << "\n  " << try_schedule(least, pool) << "\nreplay it by\n  "
            << program << " --replay '" << to_text(least) << "'\n";
  return EXIT_FAILURE;
}

int run_all(const std::string& program, const Options& options, const LogPool& pool) {
  const auto begin = Clock::now();
  const auto elapsed = [&] {
    return std::chrono::duration<double>(Clock::now() - begin).count() / 60;
  };
  size_t done = 0;
  const auto goes_on = [&] {
    return options.minutes > 0 ? elapsed() < options.minutes : done < options.schedules;
  };
  for (double said = 0; goes_on(); ++done) {
    Random random(options.seed + done);
    const Schedule schedule = random_schedule(pool, random);
    if (const std::string problem = try_schedule(schedule, pool); !problem.empty()) {
      std::cerr << "seed " << options.seed + done << ": " << problem << '\n'
                << to_text(schedule) << '\n';
      return report_failure(program, schedule, pool);
    }
    if (elapsed() < said + 1) continue;
    said = elapsed();
    std::cerr << done + 1 << " schedules in " << static_cast<int>(said) << " minutes\n";
  }
  std::cout << backend_under_test().name() << ": the law held in " << done << " schedules over "
            << pool.size() << " logs, seeds from " << options.seed << '\n';
  return EXIT_SUCCESS;
}

int replay(const Options& options, const LogPool& pool) {
  const std::string problem = try_schedule(parse_schedule(options.replay), pool);
  std::cout << (problem.empty() ? "the law holds" : problem) << '\n';
  return problem.empty() ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace relayburn

int main(int argc, char** argv) {
  using namespace relayburn;
  Options options;
  CLI::App app("tries to break the law of the ledger");
  app.add_option("--seed", options.seed, "of the first schedule; the others follow");
  app.add_option("--minutes", options.minutes, "how long");
  app.add_option("--schedules", options.schedules, "how many, where not --minutes");
  app.add_option("--replay", options.replay, "one schedule, as it was printed");
  app.add_option("--logs", options.folders, "folders with claude/ and codex/ below");
  CLI11_PARSE(app, argc, argv);
  if (const int code = exit_code_where_absent(); code != 0) return code;
  LogPool pool;
  for (const std::string& folder : options.folders) pool.add_folder(folder);
  pool.add_opencode(kOpencodeSessions);
  return options.replay.empty() ? run_all(argv[0], options, pool) : replay(options, pool);
}
