#pragma once
// Where warnings go. Core and plugins are handed one; only apps/ knows what it writes to.

#include <string_view>

namespace relayburn {

enum class LogLevel { Debug, Info, Warning, Error };

class Log {
 public:
  virtual ~Log() = default;
  // Thread-safe. The text is escaped by the receiver.
  virtual void write(LogLevel level, std::string_view text) = 0;
};

}  // namespace relayburn
