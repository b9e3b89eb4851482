#include "tests/law/opencode_changes.h"

#include <algorithm>

namespace relayburn {
namespace {

std::string key_of_line(const std::string& line) { return line.substr(0, line.find(' ')); }

void replace_all(std::string& text, const std::string& what, const std::string& by) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

// In what the row says, behind its ids: a row that is another one than it was before would leave
// both to be found.
void damage(std::string& line, Random& random) {
  const size_t begin = std::min(line.find('{'), line.size() / 2);
  line[begin + below(random, (line.size() - begin) / 2)] = static_cast<char>(below(random, 256));
}

}  // namespace

std::string altered_history(const std::string& history, Random& random) {
  std::vector<std::string> lines = split_lines(history);
  // A database without a schema is none.
  const size_t place = lines.size() < 2 ? 0 : 1 + below(random, lines.size() - 1);
  const std::string key = key_of_line(lines[place]);
  const auto is_of_key = [&](const std::string& line) { return key_of_line(line) == key; };
  switch (below(random, 6)) {
    case 0:
      lines.resize(place + 1);
      break;
    case 1:  // a row that was never there
      std::erase_if(lines, is_of_key);
      break;
    case 2:  // of a row that is put there twice the first state would be seen or not
      if (std::count_if(lines.begin(), lines.end(), is_of_key) == 1) damage(lines[place], random);
      break;
    case 3:
      lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(place), lines[place]);
      break;
    case 4:
      for (std::string& line : lines) replace_all(line, "ses_", "ses_x");
      break;
    default:  // goes on otherwise
      for (size_t i = place; i < lines.size(); ++i)
        for (const std::string kind : {"msg_", "prt_"}) replace_all(lines[i], kind, kind + "x");
  }
  return join_lines(lines);
}

}  // namespace relayburn
