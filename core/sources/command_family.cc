#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

#include "core/records/activity.h"
#include "core/records/ascii_words.h"

namespace relayburn {
namespace {

// In order of precedence.
enum class Family : uint8_t { Testing, Review, Git, Deps, Format, Verification, BuildDeploy, None };

constexpr std::string_view kFamilyNames[] = {"testing", "review",       "git",          "deps",
                                             "format",  "verification", "build-deploy", ""};

enum class Flag : uint8_t { None, Write, ShortWrite, Fix, Apply, Check, Build };
constexpr std::string_view kFlagTexts[] = {"",        "--write", "-w",     "--fix",
                                           "--apply", "--check", "--build"};
constexpr size_t kFlagCount = std::size(kFlagTexts);

// What must hold for the text behind a match.
enum class Tail : uint8_t {
  Any,
  Blank,        // a blank follows
  WithFlag,     // the flag comes later on the line
  WithoutFlag,  // it does not
  FlagNotNext,  // it is not what follows
};

// `programs`: alternatives. `arguments`: one after another, with blanks between them; '|' separates
// alternatives, [brackets] hold what may be missing. The whole is bounded like a word.
struct Rule {
  Family family;
  std::string_view programs;
  std::string_view arguments = {};
  Tail tail = Tail::Any;
  Flag flag = Flag::None;
};

constexpr std::string_view kPackageManagers = "npm|yarn|pnpm|bun";

// Left out is what contains another one: `python -m pytest`, `bun test`, `python -m pip install`,
// `uv pip install`.
constexpr Rule kRules[] = {
    {Family::Testing, "pytest|vitest|jest|mocha|rspec|phpunit|ctest|playwright|cypress|puppeteer"},
    {Family::Testing, "go|cargo|make", "test"},
    {Family::Testing, kPackageManagers, "[run] test"},
    {Family::Testing, "node", "--test"},

    {Family::Review, "git", "status|diff|show|log|blame"},
    {Family::Review, "gh", "pr view|diff|checks"},
    {Family::Review, "gh", "run view"},

    {Family::Git, "git", "push|pull|fetch|commit|merge|rebase|checkout|cherry-pick"},
    {Family::Git, "git", "reset|revert|switch|tag|stash"},

    {Family::Deps, kPackageManagers, "install|add|remove|uninstall|update|upgrade|ci"},
    {Family::Deps, "pip|pip3", "install|uninstall"},
    {Family::Deps, "uv", "add|remove|sync"},
    {Family::Deps, "poetry", "add|remove|install|update"},
    {Family::Deps, "cargo", "add|remove|update"},
    {Family::Deps, "go", "get"},
    {Family::Deps, "go", "mod tidy|download"},
    {Family::Deps, "bundle", "install|update|add"},
    {Family::Deps, "gem", "install|uninstall"},
    {Family::Deps, "brew", "install|uninstall|upgrade|update"},
    {Family::Deps, "apt|apt-get", "install|remove"},

    {Family::Format, "prettier", "", Tail::WithFlag, Flag::Write},
    {Family::Format, "prettier", "", Tail::WithFlag, Flag::ShortWrite},
    {Family::Format, "eslint", "", Tail::WithFlag, Flag::Fix},
    {Family::Format, "biome", "format"},
    {Family::Format, "biome", "check", Tail::WithFlag, Flag::Apply},
    {Family::Format, "black", "", Tail::WithoutFlag, Flag::Check},
    {Family::Format, "ruff", "format"},
    {Family::Format, "isort|rustfmt|gofmt|goimports"},
    {Family::Format, "cargo", "fmt", Tail::WithoutFlag, Flag::Check},
    {Family::Format, "dprint", "fmt"},

    {Family::Verification, kPackageManagers, "[run] lint|typecheck"},
    {Family::Verification, "prettier", "", Tail::WithFlag, Flag::Check},
    {Family::Verification, "eslint", "", Tail::WithoutFlag, Flag::Fix},
    {Family::Verification, "biome", "check", Tail::WithoutFlag, Flag::Apply},
    {Family::Verification, "black", "", Tail::WithFlag, Flag::Check},
    {Family::Verification, "ruff", "check"},
    {Family::Verification, "flake8|mypy|pyright|golangci-lint|shellcheck|hadolint"},
    {Family::Verification, "tsc", "", Tail::FlagNotNext, Flag::Build},
    {Family::Verification, "cargo", "check"},
    {Family::Verification, "cargo", "fmt", Tail::WithFlag, Flag::Check},
    {Family::Verification, "terraform", "validate"},
    {Family::Verification, "make", "lint|check|typecheck|verify"},

    {Family::BuildDeploy, "docker", "build|push"},
    {Family::BuildDeploy, "docker", "compose build"},
    {Family::BuildDeploy, "cargo|go", "build"},
    {Family::BuildDeploy, "make", "build|release|dist|package|deploy"},
    {Family::BuildDeploy, kPackageManagers, "[run] build"},
    {Family::BuildDeploy, "webpack|vite|next|rollup|esbuild", "build"},
    {Family::BuildDeploy, "tsc", "--build"},
    {Family::BuildDeploy, "pm2", "", Tail::Blank},
    {Family::BuildDeploy, "kubectl", "apply|rollout|set"},
    {Family::BuildDeploy, "helm", "install|upgrade"},
    {Family::BuildDeploy, "terraform", "apply|plan|destroy"},
    {Family::BuildDeploy, "serverless", "deploy"},
    {Family::BuildDeploy, "vercel|netlify|flyctl|railway|sst", "deploy|up"},
};

// Takes the part up to `separator` off the front.
constexpr std::string_view take_part(std::string_view& list, char separator) {
  const size_t end = std::min(list.find(separator), list.size());
  const std::string_view part = list.substr(0, end);
  list.remove_prefix(std::min(end + 1, list.size()));
  return part;
}

// A program of a rule, found by the first word in its name ("golangci" of golangci-lint).
struct Head {
  std::string_view word;
  std::string_view program;
  const Rule* rule = nullptr;
};

constexpr size_t count_heads() {
  size_t count = 0;
  for (const Rule& rule : kRules) {
    for (std::string_view list = rule.programs; !list.empty(); ++count) take_part(list, '|');
  }
  return count;
}

constexpr auto kHeads = [] {
  std::array<Head, count_heads()> heads;
  auto head = heads.begin();
  for (const Rule& rule : kRules) {
    for (std::string_view list = rule.programs; !list.empty(); ++head) {
      const std::string_view program = take_part(list, '|');
      *head = {program.substr(0, find_word_end(program, 0)), program, &rule};
    }
  }
  std::sort(heads.begin(), heads.end(),
            [](const Head& a, const Head& b) { return a.word < b.word; });
  return heads;
}();

struct ByWord {
  bool operator()(const Head& head, std::string_view word) const { return head.word < word; }
  bool operator()(std::string_view word, const Head& head) const { return word < head.word; }
};

bool has_literal(std::string_view text, size_t at, std::string_view literal) {
  return at <= text.size() && text.substr(at, literal.size()) == literal;
}

// Where the arguments end that follow a word ending at `at`; nullopt where they are others.
std::optional<size_t> match_arguments(std::string_view text, size_t at,
                                      std::string_view arguments) {
  if (arguments.empty()) {
    return is_word_end(text, at) ? std::optional(at) : std::nullopt;
  }
  std::string_view rest = arguments;
  std::string_view alternatives = take_part(rest, ' ');
  const bool may_be_missing = alternatives.front() == '[';
  if (may_be_missing) alternatives = alternatives.substr(1, alternatives.size() - 2);

  const size_t begin = skip_blanks(text, at);
  while (begin > at && !alternatives.empty()) {
    const std::string_view literal = take_part(alternatives, '|');
    if (!has_literal(text, begin, literal)) continue;
    if (const auto end = match_arguments(text, begin + literal.size(), rest)) return end;
  }
  return may_be_missing ? match_arguments(text, at, rest) : std::nullopt;
}

bool is_flag_end(std::string_view text, size_t at, Flag flag) {
  // -w is too short to be told from the beginning of something else.
  if (flag == Flag::ShortWrite) return at == text.size() || is_blank_byte(text[at]);
  return is_word_end(text, at);
}

// Tells whether a flag comes later on a line. Remembers the last one, so that a script that calls
// a program on each of its lines, or very often on one, is not searched again and again.
class LaterFlags {
 public:
  explicit LaterFlags(std::string_view text) : text_(text) {}

  bool has(Flag flag, size_t from) {
    Line& line = lines_[static_cast<size_t>(flag)];
    if (from < line.begin || from > line.end) line = search(flag, from);
    return line.past_last_flag > from;
  }

 private:
  struct Line {
    size_t begin = 1;  // empty, so that the first question leads to a search
    size_t end = 0;
    size_t past_last_flag = 0;  // one more than where the last one begins; 0 for none
  };

  Line search(Flag flag, size_t from) const {
    const size_t end = std::min(text_.find_first_of("\r\n", from), text_.size());
    const std::string_view literal = kFlagTexts[static_cast<size_t>(flag)];
    std::string_view line = text_.substr(from, end - from);
    while (true) {
      const size_t at = line.rfind(literal);
      if (at == std::string_view::npos) return {from, end, 0};
      if (is_flag_end(text_, from + at + literal.size(), flag)) return {from, end, from + at + 1};
      line = line.substr(0, at);  // no flag overlaps another one
    }
  }

  std::string_view text_;
  std::array<Line, kFlagCount> lines_;
};

bool is_next(std::string_view text, size_t at, std::string_view literal) {
  const size_t begin = skip_blanks(text, at);
  return begin > at && has_literal(text, begin, literal) &&
         is_word_end(text, begin + literal.size());
}

class CommandMatcher {
 public:
  explicit CommandMatcher(std::string_view command) : text_(command), later_(command) {}

  Family first_family() {
    Family first = Family::None;
    for (size_t at = find_word(text_, 0); at < text_.size() && first != Family::Testing;) {
      const size_t end = find_word_end(text_, at);
      const auto [head, past_heads] =
          std::equal_range(kHeads.begin(), kHeads.end(), text_.substr(at, end - at), ByWord{});
      for (const Head* candidate = head; candidate != past_heads; ++candidate) {
        const Family family = candidate->rule->family;
        if (family < first && matches(*candidate, at)) first = family;
      }
      at = find_word(text_, end);
    }
    return first;
  }

 private:
  bool matches(const Head& head, size_t at) {
    if (!has_literal(text_, at, head.program)) return false;
    const auto end = match_arguments(text_, at + head.program.size(), head.rule->arguments);
    return end && matches_tail(*head.rule, *end);
  }

  bool matches_tail(const Rule& rule, size_t end) {
    switch (rule.tail) {
      case Tail::Any:
        return true;
      case Tail::Blank:
        return end < text_.size() && is_blank_byte(text_[end]);
      case Tail::WithFlag:
        return later_.has(rule.flag, end);
      case Tail::WithoutFlag:
        return !later_.has(rule.flag, end);
      case Tail::FlagNotNext:
        return !is_next(text_, end, kFlagTexts[static_cast<size_t>(rule.flag)]);
    }
    return false;
  }

  std::string_view text_;
  LaterFlags later_;
};

// Where the shell word at `at` ends: blanks inside quotes belong to it.
size_t find_shell_word_end(std::string_view text, size_t at) {
  char quote = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\\' && quote != '\'') {
      ++at;
    } else if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (is_blank_byte(c)) {
      break;
    }
  }
  return std::min(at, text.size());
}

// Where the value of an assignment to an upper-case name begins; 0 for anything else.
size_t find_assigned_value(std::string_view text) {
  const auto is_name_byte = [](char c) {
    return (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9');
  };
  if (text.empty() || !is_name_byte(text[0]) || text[0] <= '9') return 0;
  const size_t end = find_word_end(text, 0);
  if (!std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), is_name_byte)) {
    return 0;
  }
  return end < text.size() && text[end] == '=' ? end + 1 : 0;
}

std::string_view without_assignments(std::string_view command) {
  while (true) {
    command.remove_prefix(skip_blanks(command, 0));
    const size_t value = find_assigned_value(command);
    if (value == 0) return command;
    const size_t end = find_shell_word_end(command, value);
    if (end == command.size()) return command;  // it sets a variable and runs nothing
    command.remove_prefix(end);
  }
}

}  // namespace

std::string_view command_family(std::string_view command) {
  CommandMatcher matcher(without_assignments(command));
  return kFamilyNames[static_cast<size_t>(matcher.first_family())];
}

}  // namespace relayburn
