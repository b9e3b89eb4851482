#include "core/records/activity.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "core/records/ascii_words.h"

namespace relayburn {
namespace {

// One word, or two with blanks between them. Longer phrases of the table (explore ideas, code
// review) begin or end with a word that counts by itself.
struct Phrase {
  std::string_view text;
  unsigned bit;
};

constexpr Phrase kPhrases[] = {
    {"bug", kDebugWords},
    {"error", kDebugWords},
    {"crash", kDebugWords},
    {"traceback", kDebugWords},
    {"stacktrace", kDebugWords},
    {"stack trace", kDebugWords},
    {"failure", kDebugWords},
    {"failing", kDebugWords},
    {"broken", kDebugWords},
    {"fix the", kDebugWords},
    {"not working", kDebugWords},
    {"throw", kDebugWords},
    {"throws", kDebugWords},
    {"review", kReviewWords},
    {"audit", kReviewWords},
    {"inspect", kReviewWords},
    {"look over", kReviewWords},
    {"refactor", kRefactorWords},
    {"refactoring", kRefactorWords},
    {"cleanup", kRefactorWords},
    {"clean up", kRefactorWords},
    {"rename", kRefactorWords},
    {"extract", kRefactorWords},
    {"restructure", kRefactorWords},
    {"move this", kRefactorWords},
    {"reorganize", kRefactorWords},
    {"add", kFeatureWords},
    {"create", kFeatureWords},
    {"implement", kFeatureWords},
    {"new feature", kFeatureWords},
    {"build the", kFeatureWords},
    {"introduce", kFeatureWords},
    {"support for", kFeatureWords},
    {"brainstorm", kBrainstormWords},
    {"what if", kBrainstormWords},
    {"think through", kBrainstormWords},
    {"explore", kBrainstormWords},
    {"design", kBrainstormWords},
    {"should we", kBrainstormWords},
    {"approach", kBrainstormWords},
    {"approaches", kBrainstormWords},
    {"plan", kPlanningWords},
    {"planning", kPlanningWords},
    {"outline", kPlanningWords},
    {"roadmap", kPlanningWords},
    {"strategy", kPlanningWords},
};
constexpr unsigned kAllWords = 63;

// What a word does: it sets bits by itself, and can be the first or second half of pairs, each of
// which has a bit of its own in `opens` and `closes`.
struct Word {
  std::string_view text;
  unsigned bits = 0;
  uint32_t opens = 0;
  uint32_t closes = 0;
};

// 'A'..'Z' to 'a'..'z', digits to themselves, '_' to what is in no word of the table.
constexpr unsigned char fold(char c) { return static_cast<unsigned char>(c | 0x20); }

// All words of the phrases in an open hash table that is filled while compiling.
class Vocabulary {
 public:
  constexpr Vocabulary() {
    unsigned pairs = 0;
    for (const Phrase& phrase : kPhrases) {
      const size_t blank = phrase.text.find(' ');
      if (blank == std::string_view::npos) {
        slot_of(phrase.text).bits |= phrase.bit;
      } else {
        pair_bits_[pairs] = phrase.bit;
        slot_of(phrase.text.substr(0, blank)).opens |= uint32_t{1} << pairs;
        slot_of(phrase.text.substr(blank + 1)).closes |= uint32_t{1} << pairs;
        ++pairs;
      }
    }
  }

  // Nullptr for words that are in no phrase.
  constexpr const Word* find(std::string_view word) const {
    // Most words of a text end here.
    if (word.size() > kMaxLength || !((lengths_[fold(word[0]) & 31] >> word.size()) & 1)) {
      return nullptr;
    }
    for (size_t i = hash(word);; i = (i + 1) % kSlots) {
      if (slots_[i].text.empty()) return nullptr;
      if (equals(slots_[i].text, word)) return &slots_[i];
    }
  }

  constexpr unsigned bits_of_pairs(uint32_t pairs) const {
    unsigned bits = 0;
    for (size_t i = 0; pairs != 0; ++i, pairs >>= 1) {
      if (pairs & 1) bits |= pair_bits_[i];
    }
    return bits;
  }

 private:
  static constexpr size_t kSlots = 256;
  static constexpr size_t kMaxLength = 15;

  static constexpr size_t hash(std::string_view word) {
    const size_t first = fold(word.front());
    const size_t middle = fold(word[word.size() / 2]);
    const size_t last = fold(word.back());
    return (first * 7 + middle * 31 + last * 5 + word.size()) % kSlots;
  }

  static constexpr bool equals(std::string_view lower, std::string_view word) {
    return lower.size() == word.size() &&
           std::equal(lower.begin(), lower.end(), word.begin(),
                      [](char a, char b) { return static_cast<unsigned char>(a) == fold(b); });
  }

  constexpr Word& slot_of(std::string_view text) {
    size_t i = hash(text);
    while (!slots_[i].text.empty() && slots_[i].text != text) i = (i + 1) % kSlots;
    slots_[i].text = text;
    const size_t letter = fold(text[0]) & 31;
    lengths_[letter] = static_cast<uint16_t>(lengths_[letter] | (1u << text.size()));
    return slots_[i];
  }

  std::array<Word, kSlots> slots_{};
  std::array<uint16_t, 32> lengths_{};  // by first letter, a bit for each length
  std::array<unsigned, 32> pair_bits_{};
};

constexpr Vocabulary kVocabulary;

bool ends_with_folded(std::string_view text, std::string_view lower) {
  if (text.size() < lower.size()) return false;
  const std::string_view end = text.substr(text.size() - lower.size());
  return std::equal(end.begin(), end.end(), lower.begin(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? a + ('a' - 'A') : a) == b;
  });
}

// The name itself, or with one extension.
bool is_named(std::string_view file, std::string_view lower) {
  const std::string_view stem = file.substr(0, lower.size());
  if (stem.size() != lower.size() || !ends_with_folded(stem, lower)) return false;
  const std::string_view extension = file.substr(lower.size());
  return extension.empty() ||
         (extension.size() > 1 && extension[0] == '.' && extension.rfind('.') == 0);
}

}  // namespace

unsigned keyword_bits(std::string_view text) {
  unsigned bits = 0;
  uint32_t opened = 0;  // pairs whose first word was the last one
  size_t at = 0;
  while (bits != kAllWords) {
    const size_t begin = find_word(text, at);
    if (begin == text.size()) break;
    if (opened != 0 && skip_blanks(text, at) != begin) opened = 0;
    const size_t end = find_word_end(text, begin);
    const Word* const word = kVocabulary.find(text.substr(begin, end - begin));
    if (word != nullptr) {
      bits |= word->bits | kVocabulary.bits_of_pairs(opened & word->closes);
    }
    opened = word != nullptr ? word->opens : 0;
    at = end;
  }
  return bits;
}

bool is_documentation_path(std::string_view path) {
  constexpr std::string_view kExtensions[] = {".md", ".mdx", ".rst", ".adoc", ".txt"};
  for (const std::string_view extension : kExtensions) {
    if (ends_with_folded(path, extension)) return true;
  }
  const size_t slash = path.rfind('/');
  const std::string_view file = slash == std::string_view::npos ? path : path.substr(slash + 1);
  return is_named(file, "readme") || is_named(file, "changelog") || path.substr(0, 5) == "docs/" ||
         path.find("/docs/") != std::string_view::npos;
}

}  // namespace relayburn
