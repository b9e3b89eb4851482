#include "core/config/settings.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "core/base/error.h"

namespace fs = std::filesystem;
using namespace relayburn;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

// A home of a user and a machine's config, both in a folder of their own.
class Fixture {
 public:
  Fixture() {
    std::string pattern = fs::temp_directory_path() / "relayburn-settings-XXXXXX";
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    root = fs::canonical(pattern).string();
    fs::create_directories(root + "/.relayburn");
    variables["HOME"] = root;
  }
  ~Fixture() { fs::remove_all(root); }
  Fixture(const Fixture&) = delete;
  Fixture& operator=(const Fixture&) = delete;

  std::string user_config() const { return root + "/.relayburn/config.toml"; }
  std::string machine_config() const { return root + "/machine.toml"; }

  void write(const std::string& path, const std::string& toml, mode_t mode = 0600) const {
    std::ofstream(path) << toml;
    REQUIRE(chmod(path.c_str(), mode) == 0);
  }
  void user(const std::string& toml, mode_t mode = 0600) const { write(user_config(), toml, mode); }
  void machine(const std::string& toml) const { write(machine_config(), toml); }

  Settings load() const {
    const auto environment = [this](const std::string& name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      if (found == variables.end()) return std::nullopt;
      return found->second;
    };
    return Settings::load(flags, environment, machine_config());
  }

  Error error() const {
    try {
      load();
    } catch (const Error& error) {
      CHECK(error.kind == ErrorKind::Usage);
      return error;
    }
    FAIL("nothing was thrown");
    std::abort();
  }

  std::string root;
  FlagValues flags;
  std::map<std::string, std::string> variables;
};

Setting shown(const Settings& settings, const std::string& key) {
  for (const auto& [name, setting] : settings.all_redacted()) {
    if (name == key) return setting;
  }
  FAIL("no setting " << key);
  std::abort();
}

}  // namespace

TEST_CASE("without anything there are defaults") {
  const Fixture fixture;
  const Settings settings = fixture.load();
  CHECK(settings.home() == fixture.root + "/.relayburn");
  CHECK(settings.storage() == "sqlite");
  CHECK(settings.sqlite_path() == settings.home() + "/burn.sqlite");
  CHECK(settings.file_dir() == settings.home() + "/ledger");
  CHECK(settings.database_schema() == "relayburn");
  CHECK(settings.pool_size() == 4);
  CHECK_FALSE(settings.keeps_content());
  CHECK_FALSE(settings.database_url());
  CHECK_FALSE(settings.plugin_dir_flag());
  CHECK_FALSE(settings.plugin_path_variable());
  CHECK_FALSE(settings.plugin_dir_config());
  CHECK_FALSE(settings.host_label());
  CHECK_FALSE(settings.timezone());
  CHECK(settings.allow_plaintext_hosts().empty());
  for (const auto& [name, setting] : settings.all_redacted()) {
    CHECK(setting.origin == SettingOrigin::Default);
    CHECK(setting.place.empty());
  }
}

TEST_CASE("every key of a config file arrives") {
  const Fixture fixture;
  fixture.user(
      "storage = \"postgres\"\n"
      "database_url = \"postgres://h/db\"\n"
      "database_schema = \"burn\"\n"
      "sqlite_path = \"/data/b.sqlite\"\n"
      "file_dir = \"/data/ledger/\"\n"
      "plugin_dir = \"/opt/plugins\"\n"
      "content_store = \"full\"\n"
      "host_label = \"laptop\"\n"
      "timezone = \"Europe/Berlin\"\n"
      "pool_size = 64\n"
      "allow_plaintext_hosts = [\"a\", \"b\"]\n"
      "interval = 5\n"
      "splay = 6\n"
      "progress = \"never\"\n"
      "quiet = true\n"
      "log_level = \"error\"\n"
      "log_format = \"json\"\n"
      "codex_home = \"~/codex\"\n");
  const Settings settings = fixture.load();
  CHECK(settings.interval_seconds() == 5);
  CHECK(settings.splay_seconds() == 6);
  CHECK(settings.progress() == "never");
  CHECK(settings.is_quiet());
  CHECK(settings.log_level() == "error");
  CHECK(settings.log_format() == "json");
  CHECK(settings.agent_variable("CODEX_HOME") == fixture.root + "/codex");
  CHECK_FALSE(settings.agent_variable("OPENCODE_DB"));
  CHECK(settings.storage() == "postgres");
  CHECK(settings.database_url() == "postgres://h/db");
  CHECK(settings.database_schema() == "burn");
  CHECK(settings.sqlite_path() == "/data/b.sqlite");
  CHECK(settings.file_dir() == "/data/ledger");
  CHECK(settings.plugin_dir_config() == "/opt/plugins");
  CHECK(settings.keeps_content());
  CHECK(settings.host_label() == "laptop");
  CHECK(settings.timezone() == "Europe/Berlin");
  CHECK(settings.pool_size() == 64);
  CHECK(settings.allow_plaintext_hosts() == std::vector<std::string>{"a", "b"});
  CHECK(shown(settings, "allow_plaintext_hosts").value == "a, b");
  CHECK(shown(settings, "storage").place == fixture.user_config() + ":1");
}

TEST_CASE("flag, environment, user, machine, default") {
  Fixture fixture;
  const auto storage = [&] { return shown(fixture.load(), "storage"); };

  fixture.machine("host_label = \"m\"\nstorage = \"machine\"\nallow_plaintext_hosts = [\"m\"]\n");
  CHECK(storage().value == "machine");
  CHECK(storage().origin == SettingOrigin::MachineConfig);
  CHECK(storage().place == fixture.machine_config() + ":2");

  fixture.user("storage = \"user\"\nallow_plaintext_hosts = [\"u\"]\n");
  CHECK(storage().value == "user");
  CHECK(storage().origin == SettingOrigin::UserConfig);
  CHECK(fixture.load().host_label() == "m");
  CHECK(fixture.load().allow_plaintext_hosts() == std::vector<std::string>{"u"});

  fixture.variables["RELAYBURN_STORAGE"] = "variable";
  CHECK(storage().value == "variable");
  CHECK(storage().origin == SettingOrigin::Environment);
  CHECK(storage().place == "RELAYBURN_STORAGE");

  fixture.flags["storage"] = "flag";
  CHECK(storage().value == "flag");
  CHECK(storage().origin == SettingOrigin::Flag);
  CHECK(storage().place == "--storage");
}

TEST_CASE("the plugin folder has exactly one source") {
  Fixture fixture;
  fixture.user("plugin_dir = \"~/plugins\"\n");
  CHECK(fixture.load().plugin_dir_config() == fixture.root + "/plugins");

  fixture.variables["RELAYBURN_PLUGIN_PATH"] = "/a:/b";
  CHECK(fixture.load().plugin_path_variable() == "/a:/b");
  CHECK_FALSE(fixture.load().plugin_dir_config());

  fixture.flags["plugin_dir"] = "p";
  CHECK(fixture.load().plugin_dir_flag() == fs::current_path().string() + "/p");
  CHECK_FALSE(fixture.load().plugin_path_variable());
}

TEST_CASE("an empty variable is unset") {
  Fixture fixture;
  fixture.user("storage = \"file\"\ntimezone = \"UTC\"\n");
  for (const char* name : {"RELAYBURN_STORAGE", "RELAYBURN_HOME", "RELAYBURN_PLUGIN_PATH",
                           "RELAYBURN_CONTENT_STORE", "RELAYBURN_DATABASE_URL", "TZ"}) {
    fixture.variables[name] = "";
  }
  const Settings settings = fixture.load();
  CHECK(settings.storage() == "file");
  CHECK(settings.timezone() == "UTC");
  CHECK(settings.home() == fixture.root + "/.relayburn");
  CHECK_FALSE(settings.database_url());
  CHECK_FALSE(settings.plugin_path_variable());
}

TEST_CASE("TZ may start with a colon") {
  Fixture fixture;
  fixture.user("timezone = \"UTC\"\n");
  fixture.variables["TZ"] = ":Europe/Berlin";
  CHECK(fixture.load().timezone() == "Europe/Berlin");
  fixture.variables["TZ"] = ":";
  CHECK(fixture.load().timezone() == "UTC");
  fixture.flags["timezone"] = "Asia/Tokyo";
  CHECK(fixture.load().timezone() == "Asia/Tokyo");
}

TEST_CASE("an empty flag is wrong") {
  Fixture fixture;
  fixture.flags["plugin_dir"] = "";
  CHECK_THAT(fixture.error().what(), StartsWith("--plugin-dir: "));
}

TEST_CASE("the home decides where the config of the user is") {
  Fixture fixture;
  const std::string other = fixture.root + "/other";
  fs::create_directories(other);
  fixture.write(other + "/config.toml", "sqlite_path = \"db/burn.sqlite\"\nfile_dir = \"~/l\"\n");
  SECTION("variable") { fixture.variables["RELAYBURN_HOME"] = other + "/"; }
  SECTION("flag") { fixture.flags["home"] = other; }
  SECTION("tilde") { fixture.flags["home"] = "~/other"; }
  const Settings settings = fixture.load();
  CHECK(settings.home() == other);
  // Relative to the file that says so, wherever we are.
  CHECK(settings.sqlite_path() == other + "/db/burn.sqlite");
  CHECK(settings.file_dir() == fixture.root + "/l");
}

TEST_CASE("paths of flags and variables start where we are") {
  Fixture fixture;
  fixture.flags["home"] = "h";
  fixture.variables["RELAYBURN_SQLITE_PATH"] = "s.sqlite";
  const std::string here = fs::current_path().string();
  const Settings settings = fixture.load();
  CHECK(settings.home() == here + "/h");
  CHECK(settings.sqlite_path() == here + "/s.sqlite");
  CHECK(settings.file_dir() == here + "/h/ledger");
}

TEST_CASE("without HOME the passwd entry has the home") {
  Fixture fixture;
  const passwd* entry = getpwuid(geteuid());
  if (entry == nullptr) return;
  const std::string expected = std::string(entry->pw_dir) + "/.relayburn";
  // Its config file must not decide this test.
  if (fs::exists(expected + "/config.toml")) return;
  SECTION("unset") { fixture.variables.erase("HOME"); }
  SECTION("empty") { fixture.variables["HOME"] = ""; }
  CHECK(fixture.load().home() == expected);
}

TEST_CASE("what is wrong in a config file is named with its line") {
  struct Case {
    std::string toml;
    std::string place;
    std::string words;
    std::string hint;
  };
  const auto [toml, place, words, hint] = GENERATE(values<Case>({
      {"storage = \"file\"\ntimezone = \n", ":2: ", "", ""},
      {"storage = \"file\"\nstorage = \"sqlite\"\n", ":2: ", "", ""},
      {"storage = postgres\n", ":1: error while parsing", "", "text needs double quotes"},
      {"\n\nstorag = \"file\"\n", ":3: ", "unknown key storag", "did you mean storage?"},
      {"Database-URL = \"x\"\n", ":1: ", "unknown key Database-URL", "did you mean database_url?"},
      {"plugins_dir = \"/x\"\n", ":1: ", "unknown key plugins_dir", "did you mean plugin_dir?"},
      {"color = true\n", ":1: ", "unknown key color", ""},
      {"[postgres]\nurl = \"x\"\n", ":1: ", "unknown key postgres", ""},
      {"home = \"/x\"\n", ":1: ", "home cannot be set in a config file", "use --home"},
      {"storage = 1\n", ":1: ", "expected string for storage, got integer", ""},
      {"[storage]\nname = \"file\"\n", ":1: ", "expected string for storage, got table", ""},
      {"pool_size = \"4\"\n", ":1: ", "expected integer for pool_size, got string", ""},
      {"pool_size = 4.0\n", ":1: ", "expected integer for pool_size, got float", ""},
      {"pool_size = 0\n", ":1: ", "pool_size must be a number from 1 to 64, got 0", ""},
      {"pool_size = 65\n", ":1: ", "pool_size must be a number from 1 to 64, got 65", ""},
      {"allow_plaintext_hosts = \"a\"\n", ":1: ", "expected array of strings", ""},
      {"allow_plaintext_hosts = [\n\"a\",\n1]\n", ":3: ", "expected string", ""},
      {"content_store = \"on\"\n", ":1: ", "content_store must be off or full, got 'on'", ""},
      {"storage = \"../x\"\n", ":1: ", "storage must be the name of a plugin", ""},
      {"plugin_dir = \"plugins\"\n", ":1: ", "plugin_dir must be an absolute path", ""},
      {"host_label = \"\"\n", ":1: ", "host_label is empty", ""},
      {"host_label = \"a\\u0000b\"\n", ":1: ", "host_label has a NUL character", ""},
  }));
  DYNAMIC_SECTION(toml) {
    Fixture fixture;
    fixture.user(toml);
    const Error user_error = fixture.error();
    CHECK_THAT(user_error.what(), StartsWith(fixture.user_config() + place) && Contains(words));
    CHECK_THAT(user_error.hint, Contains(hint));
    if (hint.empty() && words.starts_with("unknown")) CHECK(user_error.hint.empty());

    // The same in the machine's file, also where something stronger is set.
    fixture.user("");
    fixture.machine(toml);
    fixture.flags["storage"] = "file";
    CHECK_THAT(fixture.error().what(), StartsWith(fixture.machine_config() + place));
  }
}

TEST_CASE("wrong values of variables and flags name them") {
  Fixture fixture;
  fixture.variables["RELAYBURN_CONTENT_STORE"] = "yes";
  CHECK_THAT(fixture.error().what(), StartsWith("RELAYBURN_CONTENT_STORE: "));
  fixture.variables.clear();
  fixture.flags["storage"] = "postgres://u:hunter2@h/db";
  CHECK_THAT(fixture.error().what(), StartsWith("--storage: ") && !Contains("hunter2"));
}

TEST_CASE("no error shows a secret in the place of a key") {
  const Fixture fixture;
  fixture.user("\"postgres://u:hunter2@h/db\" = 1\n");
  CHECK_THAT(fixture.error().what(), Contains(":1: unknown key") && !Contains("hunter2"));
}

TEST_CASE("a password is refused in a file that others can read") {
  const Fixture fixture;
  const std::string with_password = "storage = \"file\"\ndatabase_url = \"postgres://u:x@h/db\"\n";
  const auto mode = GENERATE(as<mode_t>{}, 0644, 0640, 0604);
  fixture.user(with_password, mode);
  const Error error = fixture.error();
  CHECK_THAT(error.what(),
             StartsWith(fixture.user_config() + ":2: ") && Contains("others can read"));
  CHECK(error.hint == "chmod 600 " + fixture.user_config());

  fixture.user(with_password, 0600);
  CHECK(fixture.load().database_url() == "postgres://u:x@h/db");
  fixture.user("database_url = \"postgres://u@h/db\"\n", mode);
  CHECK(fixture.load().database_url() == "postgres://u@h/db");
}

TEST_CASE("a config that is there and cannot be read is no missing config") {
  const Fixture fixture;
  SECTION("folder") { fs::create_directories(fixture.user_config()); }
  SECTION("link to itself") { fs::create_symlink(fixture.user_config(), fixture.user_config()); }
  CHECK_THAT(fixture.error().what(), StartsWith(fixture.user_config()));
}

TEST_CASE("settings are shown without the password") {
  Fixture fixture;
  fixture.variables["RELAYBURN_DATABASE_URL"] = "postgres://u:hunter2@h/db";
  CHECK(shown(fixture.load(), "database_url").value == "postgres://u:***@h/db");
  fixture.variables["RELAYBURN_DATABASE_URL"] = "postgres://u:hunter2";
  CHECK(shown(fixture.load(), "database_url").value == "postgres://…");
  CHECK(fixture.load().database_url() == "postgres://u:hunter2");
}

TEST_CASE("the environment of the process is read") {
  CHECK(process_environment()("RELAYBURN_SURELY_UNSET") == std::nullopt);
  REQUIRE(setenv("RELAYBURN_PLUGIN_PATH", "/a", 1) == 0);
  CHECK(process_environment()("RELAYBURN_PLUGIN_PATH") == "/a");
  REQUIRE(unsetenv("RELAYBURN_PLUGIN_PATH") == 0);
}
