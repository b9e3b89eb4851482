#include "tests/law/schedule.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace relayburn {
namespace {

constexpr const char* kFaultNames[] = {"", "before", "after", "twice", "kill"};

bool chance(Random& random, size_t one_in) { return below(random, one_in) == 0; }

// Where a log is cut: anywhere, about the end of a line, or not at all.
size_t random_cut(const std::string& bytes, Random& random) {
  if (chance(random, 3)) return bytes.size();
  const size_t cut = below(random, bytes.size() + 1);
  if (chance(random, 2)) return cut;
  const size_t end = std::min(bytes.find('\n', cut), bytes.size());
  return std::min(end + below(random, 2), bytes.size());
}

Step random_delivery(const Schedule& schedule, const LogPool& pool, size_t hosts, Random& random) {
  Step step;
  step.is_delivery = true;
  step.host = below(random, hosts);
  step.log = below(random, schedule.logs.size());
  step.place = below(random, 3);
  step.bytes = random_cut(pool.log(schedule.logs[step.log]).bytes, random);
  step.is_new_file = chance(random, 4);
  return step;
}

Step random_ingest(size_t hosts, Random& random) {
  Step step;
  step.host = below(random, hosts);
  if (chance(random, 2)) step.batch_rows = 1 + below(random, 20);
  step.is_full = chance(random, 6);
  step.is_old_version = chance(random, 6);
  step.is_with_next = chance(random, 3);
  if (chance(random, 3)) {
    step.fault = static_cast<Step::Fault>(1 + below(random, 4));
    step.at = step.fault == Step::Fault::Killed ? below(random, 20'000) : 1 + below(random, 4);
  }
  return step;
}

bool can_go_with(const Step& step, const Step& next) {
  return !next.is_delivery && next.host != step.host;
}

// Only an ingest beside an ingest of another host can be at the same time.
void mend(std::vector<Step>& steps) {
  for (size_t i = 0; i < steps.size(); ++i)
    if (i + 1 == steps.size() || steps[i].is_delivery || !can_go_with(steps[i], steps[i + 1]))
      steps[i].is_with_next = false;
}

// What a part of a step's text sets; absent parts are 0 or false.
struct NumberPart {
  const char* name;
  size_t Step::*number;
};
constexpr NumberPart kNumbers[] = {{"h", &Step::host},
                                   {"l", &Step::log},
                                   {"p", &Step::place},
                                   {"b", &Step::bytes},
                                   {"rows", &Step::batch_rows}};
struct FlagPart {
  const char* name;
  bool Step::*flag;
};
constexpr FlagPart kFlags[] = {{"new", &Step::is_new_file},
                               {"full", &Step::is_full},
                               {"old", &Step::is_old_version},
                               {"with", &Step::is_with_next}};

std::string to_text(const Step& step) {
  std::string text = step.is_delivery ? "deliver" : "ingest";
  const auto part = [&](const char* name, size_t number) {
    text += std::string(":") + name + std::to_string(number);
  };
  for (const auto& [name, number] : kNumbers)
    if (step.*number > 0) part(name, step.*number);
  if (step.fault != Step::Fault::None) part(kFaultNames[static_cast<size_t>(step.fault)], step.at);
  for (const auto& [name, flag] : kFlags)
    if (step.*flag) text += std::string(":") + name;
  return text;
}

// "b120" is {"b", 120}, "full" is {"full", 0}.
std::pair<std::string, size_t> name_and_number(const std::string& part) {
  const size_t digits = std::min(part.find_first_of("0123456789"), part.size());
  return {part.substr(0, digits), digits == part.size() ? 0 : std::stoull(part.substr(digits))};
}

void set_part(Step& step, const std::string& part) {
  const auto [name, value] = name_and_number(part);
  for (size_t i = 1; i < std::size(kFaultNames); ++i)
    if (name == kFaultNames[i]) {
      step.fault = static_cast<Step::Fault>(i);
      step.at = value;
      return;
    }
  for (const NumberPart& known : kNumbers)
    if (name == known.name) {
      step.*known.number = value;
      return;
    }
  for (const FlagPart& known : kFlags)
    if (part == known.name) {
      step.*known.flag = true;
      return;
    }
  throw std::runtime_error("a schedule has no '" + part + "'");
}

void add_simpler_steps(const Schedule& schedule, std::vector<Schedule>& found) {
  const auto add = [&](size_t i, auto change) {
    Schedule other = schedule;
    change(other.steps[i]);
    mend(other.steps);
    found.push_back(std::move(other));
  };
  for (size_t i = 0; i < schedule.steps.size(); ++i) {
    const Step& step = schedule.steps[i];
    if (step.fault != Step::Fault::None)
      add(i, [](Step& simple) { simple.fault = Step::Fault::None, simple.at = 0; });
    for (const FlagPart& each : kFlags)
      if (step.*each.flag) add(i, [&](Step& simple) { simple.*each.flag = false; });
    if (step.batch_rows > 0) add(i, [](Step& simple) { simple.batch_rows = 0; });
    if (step.bytes > 0) add(i, [](Step& simple) { simple.bytes /= 2; });
    if (step.place > 0) add(i, [](Step& simple) { simple.place = 0; });
    if (step.host > 0) add(i, [](Step& simple) { simple.host = 0; });
  }
}

}  // namespace

size_t Schedule::host_count() const {
  size_t count = 1;
  for (const Step& step : steps) count = std::max(count, step.host + 1);
  return count;
}

Schedule random_schedule(const LogPool& pool, Random& random) {
  Schedule schedule;
  for (size_t count = 1 + below(random, 4); count > 0; --count)
    schedule.logs.push_back(pool.any(random));
  const size_t hosts = 1 + below(random, 4);
  if (hosts > 1 && chance(random, 4)) schedule.side_hosts.insert(below(random, hosts));
  for (size_t count = 2 + below(random, 14); count > 0; --count)
    schedule.steps.push_back(chance(random, 2) ? random_ingest(hosts, random)
                                               : random_delivery(schedule, pool, hosts, random));
  mend(schedule.steps);
  return schedule;
}

std::string to_text(const Schedule& schedule) {
  std::string text;
  for (const std::string& log : schedule.logs) text += "log:" + log + " ";
  for (const size_t host : schedule.side_hosts) text += "side:h" + std::to_string(host) + " ";
  for (const Step& step : schedule.steps) text += to_text(step) + " ";
  if (!text.empty()) text.pop_back();
  return text;
}

Schedule parse_schedule(const std::string& text) {
  Schedule schedule;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const size_t colon = word.find(':');
    const std::string verb = word.substr(0, colon);
    const std::string rest = colon == std::string::npos ? "" : word.substr(colon + 1);
    if (verb == "log") {
      schedule.logs.push_back(rest);
    } else if (verb == "side") {
      schedule.side_hosts.insert(name_and_number(rest).second);
    } else if (verb == "deliver" || verb == "ingest") {
      Step step;
      step.is_delivery = verb == "deliver";
      std::istringstream parts(rest);
      for (std::string part; std::getline(parts, part, ':');) set_part(step, part);
      schedule.steps.push_back(step);
    } else {
      throw std::runtime_error("a schedule has no '" + word + "'");
    }
  }
  return schedule;
}

std::vector<Schedule> simpler(const Schedule& schedule, const LogPool& pool) {
  std::vector<Schedule> found;
  for (size_t i = 0; i < schedule.steps.size(); ++i) {
    Schedule other = schedule;
    other.steps.erase(other.steps.begin() + static_cast<std::ptrdiff_t>(i));
    mend(other.steps);
    found.push_back(std::move(other));
  }
  for (size_t i = 0; i < schedule.logs.size() && schedule.logs.size() > 1; ++i) {
    Schedule other = schedule;
    other.logs.erase(other.logs.begin() + static_cast<std::ptrdiff_t>(i));
    std::erase_if(other.steps, [&](const Step& step) { return step.is_delivery && step.log == i; });
    for (Step& step : other.steps)
      if (step.log > i) --step.log;
    mend(other.steps);
    found.push_back(std::move(other));
  }
  if (!schedule.side_hosts.empty()) {
    found.push_back(schedule);
    found.back().side_hosts.clear();
  }
  for (size_t i = 0; i < schedule.logs.size(); ++i) {
    const size_t tilde = schedule.logs[i].rfind('~');
    if (tilde == std::string::npos) continue;
    found.push_back(schedule);
    std::string& name = found.back().logs[i];
    name.resize(tilde);
    const size_t size = pool.log(name).bytes.size();
    for (Step& step : found.back().steps)
      if (step.is_delivery && step.log == i) step.bytes = std::min(step.bytes, size);
  }
  add_simpler_steps(schedule, found);
  return found;
}

}  // namespace relayburn
