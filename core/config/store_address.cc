#include "core/config/store_address.h"

#include <algorithm>
#include <filesystem>

#include "core/base/error.h"
#include "core/config/database_url.h"

namespace relayburn {
namespace {

constexpr std::string_view kConfigured[] = {"sqlite", "file", "postgres"};

bool is_postgres_url(std::string_view text) {
  return text.starts_with("postgres://") || text.starts_with("postgresql://");
}

StoreAddress at_url(std::string_view url) {
  if (holds_password(url))
    throw Error(ErrorKind::Usage,
                "a database URL with a password must not stand on the command line",
                "set RELAYBURN_DATABASE_URL or database_url in config.toml, and say: postgres");
  return {"postgres", std::string(url)};
}

}  // namespace

bool is_own_storage(std::string_view name) { return std::ranges::count(kConfigured, name) > 0; }

StoreAddress parse_store_address(std::string_view text) {
  if (is_own_storage(text)) return {std::string(text), {}};
  if (is_postgres_url(text)) return at_url(text);
  constexpr std::string_view postgres = "postgres:";
  if (text.starts_with(postgres)) return at_url(text.substr(postgres.size()));
  for (const std::string_view name : {"sqlite", "file"})
    if (text.starts_with(name) && text.size() > name.size() + 1 && text[name.size()] == ':')
      return {std::string(name), std::filesystem::absolute(text.substr(name.size() + 1)).string()};
  throw Error(ErrorKind::Usage, "that names no store",
              "sqlite:PATH, file:DIR, or sqlite, file, postgres as configured");
}

}  // namespace relayburn
