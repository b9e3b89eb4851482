#pragma once
// The one exception class of relayburn. Header-only, because plugins throw it and the executable
// catches it: both sides must see the same type, whatever they are linked with.

#include <stdexcept>
#include <string>
#include <utility>

namespace relayburn {

enum class ErrorKind {
  Usage,               // the command line or a setting is wrong
  NotFound,            // something named does not exist
  PluginMissing,       // no plugin file where one was looked for
  PluginIncompatible,  // a plugin is there and must not or cannot be used
  Unavailable,         // the store cannot be reached or is busy; the same call may succeed later
  Unauthorized,        // the store refuses us
  SchemaTooNew,        // the store was written by a newer relayburn
  SchemaTooOld,        // by an older one: it wants migrate()
  Conflict,            // somebody else holds what we need
  Corrupt,             // stored bytes are not what we wrote
  Internal,            // a defect of ours, or of a library
};

// A sentence (what, where, why; lower case, no full stop) and what to do next, if we know.
class __attribute__((visibility("default"))) Error : public std::runtime_error {
 public:
  Error(ErrorKind error_kind, const std::string& sentence, std::string what_next = {})
      : std::runtime_error(sentence), kind(error_kind), hint(std::move(what_next)) {}

  ErrorKind kind;
  std::string hint;
};

}  // namespace relayburn
