#pragma once
// Tells the URL of a list of prices from a file, as --from and prices_source state it.

#include <string>
#include <string_view>

namespace relayburn {

// Returns whether the text has a scheme, as in https://models.dev/api.json; else it names a file.
bool is_url(std::string_view source);

// Returns the source as it may be shown: without a user, a password, a query or a fragment, each of
// which may hold a secret.
std::string without_credentials(std::string_view source);

}  // namespace relayburn
