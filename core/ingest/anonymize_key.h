#pragma once
// The key of anonymous names: 32 random bytes in hex, in a file that nobody else can read.

#include <optional>
#include <string>

namespace relayburn {

enum class MissingKey { Make, Pretend };

// Of `file`, which a team shares, else of <home>/anonymize.key, which is made on first use; a run
// that writes nothing pretends there is one. Throws Error{Usage} where others can read the file, or
// it holds no key.
std::string anonymize_key(const std::optional<std::string>& file, const std::string& home,
                          MissingKey missing);

// The same where there is one already.
std::optional<std::string> kept_anonymize_key(const std::optional<std::string>& file,
                                              const std::string& home);

}  // namespace relayburn
