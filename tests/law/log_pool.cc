#include "tests/law/log_pool.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "core/base/file.h"
#include "core/sources/source.h"
#include "tests/law/opencode_changes.h"
#include "tests/law/opencode_history.h"

namespace fs = std::filesystem;

namespace relayburn {
namespace {

// Larger ones would take the time of many small ones.
constexpr uintmax_t kLargest = 200'000;

using Lines = std::vector<std::string>;

auto at(Lines& lines, size_t place) { return lines.begin() + static_cast<std::ptrdiff_t>(place); }

Lines block(Lines& lines, Random& random) {
  const size_t begin = below(random, lines.size());
  const size_t end = begin + 1 + below(random, lines.size() - begin);
  return Lines(at(lines, begin), at(lines, end));
}

void insert(Lines& lines, const Lines& more, Random& random) {
  lines.insert(at(lines, below(random, lines.size() + 1)), more.begin(), more.end());
}

// Another count of the same length: a reply that was written when it had grown less, or more.
void change_count(std::string& line, Random& random) {
  const size_t found = line.find("output_tokens\":");
  if (found == std::string::npos) return;
  const size_t digit = found + 15;
  if (digit < line.size() && line[digit] >= '0' && line[digit] <= '9')
    line[digit] = static_cast<char>('1' + below(random, 9));
}

bool is_log(const Source& source, const fs::directory_entry& entry) {
  return entry.is_regular_file() && entry.file_size() <= kLargest &&
         source.is_log(entry.path().string());
}

}  // namespace

std::vector<std::string> split_lines(const std::string& bytes) {
  Lines lines;
  for (size_t begin = 0; begin < bytes.size();) {
    const size_t end = std::min(bytes.find('\n', begin), bytes.size() - 1) + 1;
    lines.push_back(bytes.substr(begin, end - begin));
    begin = end;
  }
  return lines;
}

std::string join_lines(const std::vector<std::string>& lines) {
  std::string bytes;
  for (const std::string& line : lines) bytes += line;
  return bytes;
}

void LogPool::add_folder(const std::string& folder) {
  for (const char* agent : {"claude", "codex"}) {
    const Source& source = *find_source(agent);
    const fs::path below_folder = fs::path(folder) / agent;
    if (!fs::exists(below_folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(below_folder))
      if (is_log(source, entry))
        logs_[fs::relative(entry.path(), folder).string()] = {
            agent, read_whole_file(entry.path().string())};
  }
  names_.clear();
  for (const auto& [name, log] : logs_) names_[log.agent].push_back(name);
}

void LogPool::add_opencode(size_t sessions) {
  for (size_t form = 0; form < std::size(kOpencodeForms); ++form)
    for (size_t seed = 0; seed < sessions; ++seed) {
      const std::string name =
          "opencode/" + std::string(kOpencodeForms[form]) + "/" + std::to_string(seed);
      const auto as = static_cast<OpencodeForm>(form);
      logs_[name] = {"opencode", opencode_history(as, seed), as != OpencodeForm::Tree};
      names_["opencode"].push_back(name);
    }
}

std::string LogPool::any_of(const std::string& agent, Random& random) const {
  const std::vector<std::string>& names = names_.at(agent);
  return names[below(random, names.size())];
}

std::string LogPool::any(Random& random) const {
  const auto agent =
      std::next(names_.begin(), static_cast<std::ptrdiff_t>(below(random, names_.size())));
  std::string name = any_of(agent->first, random);
  if (below(random, 2) == 0) name += "~" + std::to_string(below(random, 1'000'000));
  return name;
}

LawLog LogPool::log(const std::string& name) const {
  const size_t tilde = name.rfind('~');
  const auto found = logs_.find(name.substr(0, tilde));
  if (found == logs_.end()) throw std::runtime_error("there is no log " + name);
  LawLog log = found->second;
  if (tilde == std::string::npos) return log;
  Random random(std::stoull(name.substr(tilde + 1)));
  for (size_t times = 1 + below(random, 3); times > 0; --times) log.bytes = altered(log, random);
  return log;
}

std::string LogPool::altered(const LawLog& log, Random& random) const {
  if (log.agent == "opencode") return altered_history(log.bytes, random);
  Lines lines = split_lines(log.bytes);
  if (lines.empty()) return {};
  std::string& any_line = lines[below(random, lines.size())];
  switch (below(random, 9)) {
    case 0:  // a block that was written twice
      insert(lines, block(lines, random), random);
      break;
    case 1:  // lines that were lost
      lines.resize(1 + below(random, lines.size()));
      break;
    case 2: {  // a session that goes on as another one of the agent
      Lines more = split_lines(logs_.at(any_of(log.agent, random)).bytes);
      if (!more.empty()) insert(lines, block(more, random), random);
      break;
    }
    case 3:  // two objects on a line
      if (any_line.ends_with('\n')) any_line.back() = ' ';
      break;
    case 4:  // a damaged byte
      any_line[below(random, any_line.size())] = static_cast<char>(below(random, 256));
      break;
    case 5:
      change_count(any_line, random);
      break;
    case 6:  // an unfinished last line
      lines.back().resize(below(random, lines.back().size() + 1));
      break;
    case 7:
      std::shuffle(lines.begin(), lines.end(), random);
      break;
    default:
      if (any_line.ends_with('\n')) any_line.insert(any_line.size() - 1, "\r");
  }
  return join_lines(lines);
}

}  // namespace relayburn
