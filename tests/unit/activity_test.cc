#include "core/records/activity.h"

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

namespace relayburn {
namespace {

using namespace std::string_literals;

TEST_CASE("every keyword of the table", "[activity]") {
  const std::vector<std::pair<unsigned, std::vector<std::string>>> sets = {
      {kDebugWords,
       {"bug", "error", "crash", "traceback", "stack trace", "stacktrace", "failure", "failing",
        "broken", "fix the", "not working", "throw", "throws"}},
      {kReviewWords, {"review", "audit", "inspect", "look over", "code review", "pr review"}},
      {kRefactorWords,
       {"refactor", "refactoring", "cleanup", "clean up", "rename", "extract", "restructure",
        "move this", "reorganize"}},
      {kFeatureWords,
       {"add", "create", "implement", "new feature", "build the", "introduce", "support for"}},
      {kBrainstormWords,
       {"brainstorm", "what if", "think through", "explore", "explore ideas", "design", "should we",
        "approach", "approaches"}},
      {kPlanningWords, {"plan", "planning", "outline", "roadmap", "strategy"}},
  };
  for (const auto& [bit, words] : sets) {
    for (const std::string& word : words) {
      CAPTURE(word);
      CHECK(keyword_bits(word) == bit);
      CHECK(keyword_bits("so " + word + ", then") == bit);
      CHECK(keyword_bits("x" + word) == (word == "code review" || word == "pr review" ? bit : 0));
      CHECK(keyword_bits(word + "_") == (word == "explore ideas" ? bit : 0));
    }
  }
}

TEST_CASE("keywords are found in any case, between any signs", "[activity]") {
  CHECK(keyword_bits("") == 0);
  CHECK(keyword_bits("Hello there") == 0);
  CHECK(keyword_bits("BUG?") == kDebugWords);
  CHECK(keyword_bits("(Error)") == kDebugWords);
  CHECK(keyword_bits("re-add") == kFeatureWords);
  CHECK(keyword_bits("debug bugs addition added adds errors") == 0);
  CHECK(keyword_bits("bug1 2bug _bug bug_") == 0);
  CHECK(keyword_bits("étude éadd") == kFeatureWords);  // words are ASCII
  CHECK(keyword_bits("Plan the refactoring, then add tests") ==
        (kPlanningWords | kRefactorWords | kFeatureWords));
  CHECK(keyword_bits("bug review refactor add design plan and more") == 63);
}

TEST_CASE("pairs stand with nothing but blanks between", "[activity]") {
  CHECK(keyword_bits("fix \t\r\n\v\f the") == kDebugWords);
  CHECK(keyword_bits("Fix  THE") == kDebugWords);
  CHECK(keyword_bits("fix-the") == 0);
  CHECK(keyword_bits("fix, the") == 0);
  CHECK(keyword_bits("fix all the") == 0);
  CHECK(keyword_bits("fixthe") == 0);
  CHECK(keyword_bits("the fix") == 0);
  CHECK(keyword_bits("fix") == 0);
  CHECK(keyword_bits("fix fix the") == kDebugWords);
  CHECK(keyword_bits("build for, support the") == 0);
  CHECK(keyword_bits("build the") == kFeatureWords);
  CHECK(keyword_bits("stack trace") == kDebugWords);
  CHECK(keyword_bits("stack-trace") == 0);
  CHECK(keyword_bits("clean\nup") == kRefactorWords);
}

TEST_CASE("long words and any bytes are read over", "[activity]") {
  CHECK(keyword_bits(std::string(100'000, 'a')) == 0);
  CHECK(keyword_bits(std::string(100'000, 'a') + " bug") == kDebugWords);
  CHECK(keyword_bits("\0\xFF bug\0"s) == kDebugWords);
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  CHECK(keyword_bits(all) == 0);
}

TEST_CASE("documentation paths", "[activity]") {
  for (const char* path : {"a.md", "/x/A.MD", "b.mdx", "c.rst", "d.adoc", "notes.TXT", "README",
                           "/x/readme", "ReadMe.org", "CHANGELOG", "/x/Changelog.html", "docs/a.cc",
                           "/x/docs/y/z.png", ".md", "requirements.txt"}) {
    CAPTURE(path);
    CHECK(is_documentation_path(path));
  }
  for (const char* path : {"", "/", "a.cc", "md", "a.md.cc", "README/x.cc", "READMEs", "xREADME",
                           "README.", "README.a.b", "Docs/a.cc", "mydocs/a.cc", "docs", "/x/docs",
                           "a.markdown", "/x/readme-old"}) {
    CAPTURE(path);
    CHECK_FALSE(is_documentation_path(path));
  }
}

}  // namespace
}  // namespace relayburn
