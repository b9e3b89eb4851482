#pragma once
// Fetches one document over HTTPS, by libcurl. It is loaded when the first document is fetched: its
// 30 libraries would cost every other command more time at its start than the command itself takes.

#include <cstddef>
#include <optional>
#include <string>

namespace relayburn {

inline constexpr size_t kMaxDocumentBytes = size_t{64} << 20;

// Returns the body of the answer. `certificates` names a file of those that the server's is checked
// against, instead of the system's.
//
// Gives up where there is no connection after 10 s, less than 1 kB/s comes for 10 s, or not all has
// come after 60 s; after 64 MiB and after five redirects. Redirects lead to https only.
//
// Throws Error: Usage where the URL is not https; Unavailable where the document cannot be had. No
// message has the URL's user, password or query in it.
std::string download(const std::string& url, const std::optional<std::string>& certificates);

}  // namespace relayburn
