#pragma once
// A ledger as the command line names it: "sqlite:PATH", "file:DIR", a URL of postgres without a
// password, or "sqlite", "file", "postgres" as configured.

#include <string>
#include <string_view>

namespace relayburn {

// "sqlite", "file" or "postgres": those that come with relayburn.
bool is_own_storage(std::string_view name);

struct StoreAddress {
  std::string storage;   // the plugin's name
  std::string location;  // absolute path, or URL; empty: as configured
};

// Throws Error{Usage} where it names no store, and where a URL holds a password: every user of the
// machine can read the arguments of a process.
StoreAddress parse_store_address(std::string_view text);

}  // namespace relayburn
