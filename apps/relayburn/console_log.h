#pragma once
// Warnings and errors on stderr, by spdlog: as text, or one JSON object a line.

#include <memory>
#include <string>
#include <string_view>

#include "core/base/log.h"

namespace relayburn {

enum class LogFormat { Text, Json };

// By the name that the settings have for it; Warning where there is none of that name.
LogLevel log_level_of(std::string_view name);

class ConsoleLog : public Log {
 public:
  ConsoleLog(LogLevel least, LogFormat format);
  ~ConsoleLog() override;
  void write(LogLevel level, std::string_view text) override;

 private:
  struct Backend;
  LogFormat format_;
  std::unique_ptr<Backend> backend_;
};

}  // namespace relayburn
