#pragma once
// What a run is told to do, from the flag, the environment, the user's config.toml, the machine's,
// or the default, in this order (apps/README.md, Settings).

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace relayburn {

enum class SettingOrigin { Default, MachineConfig, UserConfig, Environment, Flag };

struct Setting {
  std::string value;
  SettingOrigin origin = SettingOrigin::Default;
  std::string place;              // the file, variable or flag it came from
  std::vector<std::string> list;  // of a TextList; `value` has it joined with commas
};

// Values given as flags: the key of config.toml ("storage", "plugin_dir", "home", …) → value.
using FlagValues = std::map<std::string, std::string, std::less<>>;
// getenv for everything here, so that tests need no process.
using Environment = std::function<std::optional<std::string>(const std::string&)>;
Environment process_environment();

class Settings {
 public:
  // Reads $RELAYBURN_HOME/config.toml and `machine_config`; a missing file is no error. Throws
  // Error{Usage} naming file and line: broken TOML, unknown key, wrong type, value that is not
  // allowed; a file that holds a password and that others can read.
  static Settings load(const FlagValues& flags, const Environment& environment,
                       const std::string& machine_config = "/etc/relayburn/config.toml");

  std::string home() const;     // absolute; default ~/.relayburn
  std::string storage() const;  // "sqlite", "file", "postgres" or another plugin's name
  std::string sqlite_path() const;
  std::string file_dir() const;
  std::optional<std::string> database_url() const;
  std::string database_schema() const;
  std::optional<std::string> plugin_dir_flag() const;
  std::optional<std::string> plugin_path_variable() const;
  std::optional<std::string> plugin_dir_config() const;
  bool keeps_content() const;                      // content_store = full
  std::vector<std::string> tags() const;           // KEY=VALUE each
  std::optional<std::string> content_ttl() const;  // "90d": what is older is pruned
  std::vector<std::string> project_allow() const;
  std::vector<std::string> project_deny() const;
  bool anonymizes_projects() const;
  std::optional<std::string> anonymize_key() const;  // the file that holds it
  // "7d": an ingest learns prices where the ledger's last check is older; nullopt: it never does.
  std::optional<std::string> prices_update() const;
  std::optional<std::string> prices_source() const;  // URL or file of `prices update`
  // The file of certificates that servers are checked against; nullopt: the system's.
  std::optional<std::string> certificate_file() const;
  std::optional<std::string> host_label() const;
  std::optional<std::string> timezone() const;  // flag, TZ, config; nullopt: the system's
  int pool_size() const;
  std::vector<std::string> allow_plaintext_hosts() const;
  int interval_seconds() const;  // between two looks of `ingest --watch`
  int splay_seconds() const;     // `ingest` begins within so many
  std::string progress() const;  // "auto", "always", "never"
  bool is_quiet() const;
  std::string log_level() const;   // "debug", "info", "warning", "error"
  std::string log_format() const;  // "text", "json"
  // What an agent's variable (CODEX_HOME …) says, or the key of its name in lower case.
  std::optional<std::string> agent_variable(std::string_view variable) const;

  // For `config` and error messages: every setting with its origin; secrets redacted.
  std::vector<std::pair<std::string, Setting>> all_redacted() const;

 private:
  const Setting* find(std::string_view key) const;
  std::vector<std::string> list(std::string_view key) const;
  // As given, else the table's default.
  std::string text(std::string_view key) const;

  std::map<std::string, Setting, std::less<>> values_;
};

}  // namespace relayburn
