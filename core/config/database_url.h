#pragma once
// What may be shown of a libpq connection string, and whether it holds a password. Nothing here
// connects: what a string means is libpq's business.

#include <string>
#include <string_view>

namespace relayburn {

// The string with *** for its secrets. Where it is not certain which part is one (a URL that does
// not parse, a parameter we do not know) only "postgres://…".
std::string redact_database_url(std::string_view url);

// Whether a password or another secret is in it. True also where nobody can say.
bool holds_password(std::string_view url);

}  // namespace relayburn
