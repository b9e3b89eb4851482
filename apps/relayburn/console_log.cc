#include "apps/relayburn/console_log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "core/base/instant.h"
#include "core/base/json_writer.h"
#include "core/base/terminal_text.h"
#include "core/base/utf8.h"

namespace relayburn {
namespace {

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::Debug:
      return spdlog::level::debug;
    case LogLevel::Info:
      return spdlog::level::info;
    case LogLevel::Warning:
      return spdlog::level::warn;
    case LogLevel::Error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

const char* level_name(LogLevel level) {
  switch (level) {
    case LogLevel::Debug:
      return "debug";
    case LogLevel::Info:
      return "info";
    case LogLevel::Warning:
      return "warning";
    case LogLevel::Error:
      return "error";
  }
  return "info";
}

std::string json_line(LogLevel level, std::string_view text) {
  std::string storable;
  append_storable(storable, text);
  std::string line;
  JsonWriter(line)
      .begin_object()
      .key("time")
      .string(format_instant(now()))
      .key("level")
      .string(level_name(level))
      .key("message")
      .string(storable)
      .end_object();
  return line;
}

}  // namespace

LogLevel log_level_of(std::string_view name) {
  for (const LogLevel level : {LogLevel::Debug, LogLevel::Info, LogLevel::Warning, LogLevel::Error})
    if (name == level_name(level)) return level;
  return LogLevel::Warning;
}

struct ConsoleLog::Backend {
  spdlog::logger logger{"relayburn", std::make_shared<spdlog::sinks::stderr_sink_mt>()};
};

ConsoleLog::ConsoleLog(LogLevel least, LogFormat format)
    : format_(format), backend_(std::make_unique<Backend>()) {
  backend_->logger.set_level(spdlog_level(least));
  backend_->logger.set_pattern("%v");
  backend_->logger.flush_on(spdlog::level::trace);
}

ConsoleLog::~ConsoleLog() = default;

void ConsoleLog::write(LogLevel level, std::string_view text) {
  const std::string line = format_ == LogFormat::Json
                               ? json_line(level, text)
                               : std::string("relayburn: ") +
                                     (level == LogLevel::Error ? "" : level_name(level)) +
                                     (level == LogLevel::Error ? "" : ": ") + printable(text);
  backend_->logger.log(spdlog_level(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace relayburn
