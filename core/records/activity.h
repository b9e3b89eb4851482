#pragma once
// Finds what a text or a command is about, as far as reports need it. These are facts of one line:
// bits and a family are stored, the text is not.

#include <cstdint>
#include <string_view>

namespace relayburn {

// Keyword sets found in a text; whole ASCII words, case-insensitive.
enum KeywordBit : unsigned {
  kDebugWords = 1,
  kReviewWords = 2,
  kRefactorWords = 4,
  kFeatureWords = 8,
  kBrainstormWords = 16,
  kPlanningWords = 32,
};
unsigned keyword_bits(std::string_view text);

// "testing", "review", "git", "deps", "format", "verification", "build-deploy": the first family of
// the table whose pattern occurs in the command (leading NAME=value words removed); empty for none.
std::string_view command_family(std::string_view command);

// True for documentation: .md .mdx .rst .adoc .txt, README, CHANGELOG, or anything below docs/.
bool is_documentation_path(std::string_view path);

}  // namespace relayburn
