#pragma once
// The steps of a schema, in order. Each SQL plugin has them embedded, rendered for its dialect.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace relayburn {

struct Migration {
  int64_t version;
  const char* name;
  const char* sha256;  // of the file as it stands in migrations/
  const char* sql;     // rendered; "{{schema}}" is left for the plugin
};

struct AppliedMigration {
  int64_t version;
  std::string sha256;
};

// Throws Error{SchemaTooNew} where the store has a step that we do not know, and Error{Corrupt}
// where an applied step is not the one that we have under its number.
void check_applied(const std::vector<AppliedMigration>& applied,
                   const std::vector<Migration>& known, const std::string& store);

}  // namespace relayburn
