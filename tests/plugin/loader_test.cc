// The loader against plugins that are wrong in one way each (bad/*.cc) and against files that
// nobody should load.

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>

#include "core/base/error.h"
#include "core/plugin/plugin_library.h"

namespace fs = std::filesystem;
using namespace relayburn;
using Catch::Matchers::Contains;

namespace {

const std::string kFileName = "relayburn_storage_bad.so";

// A folder that only we can write, whatever the umask. Not in /tmp, where nothing may be executed
// on some machines.
class Scratch {
 public:
  Scratch() {
    std::string pattern = RELAYBURN_BAD_PLUGINS "/scratch-XXXXXX";
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    root_ = fs::canonical(pattern).string();
  }
  ~Scratch() { fs::remove_all(root_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::string folder(const std::string& name) const {
    const std::string path = root_ + "/" + name;
    fs::create_directories(path);
    REQUIRE(chmod(path.c_str(), 0755) == 0);
    return path;
  }

  std::string text_file(const std::string& path) const {
    std::ofstream(path) << "not a shared object\n";
    REQUIRE(chmod(path.c_str(), 0644) == 0);
    return path;
  }

  // A folder of this name with that bad plugin in it.
  std::string with_plugin(const std::string& bad_case, const std::string& name = "plugins") const {
    const std::string path = folder(name) + "/" + kFileName;
    fs::copy_file(RELAYBURN_BAD_PLUGINS "/" + bad_case + "/" + kFileName, path);
    REQUIRE(chmod(path.c_str(), 0755) == 0);
    return folder(name);
  }

 private:
  std::string root_;
};

PluginSearch flag(const std::string& folder) {
  PluginSearch search;
  search.flag_dir = folder;
  return search;
}

PluginSearch path(const std::string& folders) {
  PluginSearch search;
  search.path = folders;
  return search;
}

Error error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  FAIL("nothing was thrown");
  std::abort();
}

Error load_error(const PluginSearch& search, std::string_view name = "bad") {
  return error_of([&] { PluginLibrary::load(name, search); });
}

Error find_error(const PluginSearch& search, std::string_view name = "bad") {
  return error_of([&] { close(find_plugin(kStoragePlugins, name, search).fd); });
}

std::string found(const PluginSearch& search) {
  const FoundPlugin plugin = find_plugin(kStoragePlugins, "bad", search);
  close(plugin.fd);
  return plugin.file;
}

Error open_error(const std::string& bad_case) {
  const Scratch scratch;
  const PluginLibrary library = PluginLibrary::load("bad", flag(scratch.with_plugin(bad_case)));
  OpenContext context;
  context.location = "the store";
  return error_of([&] { library.open(context); });
}

}  // namespace

TEST_CASE("the handshake refuses a plugin and names both sides") {
  struct Case {
    std::string name;
    std::vector<std::string> words;
  };
  const std::string abi = std::to_string(kStorageAbi);
  const auto bad = GENERATE_COPY(values<Case>({
      {"no_symbol", {"no symbol relayburn_storage_plugin"}},
      {"no_descriptor", {"no descriptor"}},
      {"wrong_magic", {"magic is 0x123,", "0x6e727562796c6572"}},
      {"older_abi", {"ABI is " + std::to_string(kStorageAbi - 1) + ",", "has " + abi}},
      {"newer_abi", {"ABI is " + std::to_string(kStorageAbi + 1) + ",", "has " + abi}},
      {"other_stamp", {"'relayburn 0.0.1; g++ 4'", kBuildStamp}},
      {"other_name", {"'good'", "not 'bad'"}},
      {"null_open", {"no open function"}},
  }));
  DYNAMIC_SECTION(bad.name) {
    const Scratch scratch;
    const std::string folder = scratch.with_plugin(bad.name);
    const Error error = load_error(flag(folder));
    CHECK(error.kind == ErrorKind::PluginIncompatible);
    CHECK_THAT(error.what(), Contains("cannot use plugin 'bad': " + folder + "/" + kFileName));
    for (const std::string& word : bad.words) CHECK_THAT(error.what(), Contains(word));
  }
}

TEST_CASE("a plugin of the other kind does not pass for one") {
  const Scratch scratch;
  const std::string folder = scratch.with_plugin("null_open");
  fs::rename(folder + "/" + kFileName, folder + "/relayburn_rows_bad.so");
  const Error error = error_of([&] { RowsLibrary::load("bad", flag(folder)); });
  CHECK(error.kind == ErrorKind::PluginIncompatible);
  CHECK_THAT(error.what(), Contains(folder + "/relayburn_rows_bad.so") &&
                               Contains("no symbol relayburn_rows_plugin"));
  CHECK_THAT(error.hint, Contains("not a rows plugin"));
}

TEST_CASE("the handshake of a rows plugin has its own ABI number") {
  const Scratch scratch;
  const std::string file = scratch.folder("plugins") + "/relayburn_rows_bad_rows.so";
  fs::copy_file(RELAYBURN_BAD_PLUGINS "/bad_rows/relayburn_rows_bad_rows.so", file);
  const Error error =
      error_of([&] { RowsLibrary::load("bad_rows", flag(scratch.folder("plugins"))); });
  CHECK(error.kind == ErrorKind::PluginIncompatible);
  CHECK_THAT(error.what(), Contains("its rows ABI is " + std::to_string(kRowsAbi + 1) + ",") &&
                               Contains("has " + std::to_string(kRowsAbi)));
}

TEST_CASE("a missing rows plugin is named, with every place that was looked at") {
  const Scratch scratch;
  const std::string folder = scratch.with_plugin("null_open");
  const Error error = error_of([&] { RowsLibrary::load("sqlite", flag(folder)); });
  CHECK(error.kind == ErrorKind::PluginMissing);
  CHECK(std::string(error.what()) ==
        "cannot find plugin 'sqlite': no relayburn_rows_sqlite.so in " + folder +
            " (no such file)");
  CHECK_THAT(error.hint, Contains("reinstall relayburn"));
}

TEST_CASE("an Error of a plugin arrives as it was thrown") {
  const Error error = open_error("throws_error");
  CHECK(error.kind == ErrorKind::Unavailable);
  CHECK(error.what() == std::string("the store is away"));
  CHECK(error.hint == "wait");
}

TEST_CASE("whatever else a plugin throws is a defect, and the plugin is named") {
  const Error exception = open_error("throws_exception");
  CHECK(exception.kind == ErrorKind::Internal);
  CHECK_THAT(exception.what(), Contains("plugin 'bad'") && Contains("beyond the end"));

  const Error number = open_error("throws_int");
  CHECK(number.kind == ErrorKind::Internal);
  CHECK_THAT(number.what(), Contains("plugin 'bad'"));
}

TEST_CASE("a plugin that opens nothing does not fit") {
  const Error error = open_error("returns_null");
  CHECK(error.kind == ErrorKind::PluginIncompatible);
  CHECK_THAT(error.what(), Contains("'bad'") && Contains("gave nothing"));
}

TEST_CASE("the library that a plugin lacks is named") {
  const Scratch scratch;
  const std::string folder = scratch.with_plugin("missing_library");
  const Error error = load_error(flag(folder));
  CHECK(error.kind == ErrorKind::PluginIncompatible);
  CHECK(error.what() == "cannot load plugin 'bad': librelayburn-absent.so.1 not found (needed by " +
                            folder + "/" + kFileName + ")");
  CHECK_THAT(error.hint, Contains("install") && Contains("librelayburn-absent.so.1"));
}

TEST_CASE("a text file is no plugin") {
  const Scratch scratch;
  const std::string file = scratch.text_file(scratch.folder("plugins") + "/" + kFileName);
  const Error error = load_error(flag(scratch.folder("plugins")));
  CHECK(error.kind == ErrorKind::PluginIncompatible);
  CHECK_THAT(error.what(), Contains("cannot load plugin 'bad': " + file));
}

TEST_CASE("only a regular file is a plugin") {
  const Scratch scratch;
  const std::string file = scratch.folder("plugins") + "/" + kFileName;
  SECTION("folder") { scratch.folder("plugins/" + kFileName); }
  SECTION("named pipe") { REQUIRE(mkfifo(file.c_str(), 0644) == 0); }
  const Error error = load_error(flag(scratch.folder("plugins")));
  CHECK(error.kind == ErrorKind::PluginIncompatible);
  CHECK_THAT(error.what(), Contains(file + " is not a regular file"));
}

TEST_CASE("what others can write is not loaded") {
  const Scratch scratch;
  const std::string folder = scratch.with_plugin("throws_int");
  const std::string file = folder + "/" + kFileName;
  std::string writable = file;
  mode_t mode = 0;
  SECTION("file, everybody") { mode = 0757; }
  SECTION("file, group") { mode = 0775; }
  SECTION("folder, group") {
    writable = folder;
    mode = 0775;
  }
  SECTION("folder, everybody, sticky") {
    writable = folder;
    mode = 01777;
  }
  REQUIRE(chmod(writable.c_str(), mode) == 0);
  const Error error = load_error(flag(folder));
  CHECK(error.kind == ErrorKind::PluginIncompatible);
  CHECK_THAT(error.what(), Contains(writable + " can be written by"));
  CHECK(error.hint == "chmod go-w " + writable);
}

TEST_CASE("a link is judged by where it is and where it leads") {
  const Scratch scratch;
  const std::string real = scratch.with_plugin("throws_int", "real");
  const std::string links = scratch.folder("links");
  fs::create_symlink(real + "/" + kFileName, links + "/" + kFileName);

  CHECK(found(flag(links)) == real + "/" + kFileName);

  REQUIRE(chmod(links.c_str(), 0777) == 0);
  CHECK_THAT(find_error(flag(links)).what(), Contains(links + " can be written by everybody"));
  REQUIRE(chmod(links.c_str(), 0755) == 0);
  REQUIRE(chmod(real.c_str(), 0777) == 0);
  CHECK_THAT(find_error(flag(links)).what(), Contains(real + " can be written by everybody"));

  fs::remove_all(real);
  const Error dangling = find_error(flag(links));
  CHECK(dangling.kind == ErrorKind::PluginIncompatible);
  CHECK_THAT(dangling.what(), Contains("leads nowhere"));
}

TEST_CASE("a plugin of somebody else is loaded only if the executable is theirs too") {
  if (geteuid() != 0) return;  // nobody else can give files away
  constexpr uid_t kSomebody = 54321;
  const Scratch scratch;
  const std::string folder = scratch.with_plugin("throws_int");
  const std::string file = folder + "/" + kFileName;
  const std::string executable = scratch.text_file(scratch.folder("bin") + "/relayburn");
  PluginSearch search = flag(folder);
  search.executable = executable;
  CHECK(found(search) == file);

  SECTION("file") { REQUIRE(chown(file.c_str(), kSomebody, 0) == 0); }
  SECTION("folder") { REQUIRE(chown(folder.c_str(), kSomebody, 0) == 0); }
  const Error error = find_error(search);
  CHECK(error.kind == ErrorKind::PluginIncompatible);
  CHECK_THAT(error.what(), Contains("belongs to uid 54321"));

  REQUIRE(chown(executable.c_str(), kSomebody, 0) == 0);
  CHECK(found(search) == file);
}

TEST_CASE("a search path has absolute entries only") {
  const Scratch scratch;
  const std::string good = scratch.with_plugin("throws_int");
  // Wrong entries count also behind the one that has the plugin.
  const auto value = GENERATE_COPY(as<std::string>{}, "plugins", good + ":./plugins", "",
                                   ":" + good, good + ":", good + "::/nowhere");
  CAPTURE(value);
  const Error error = find_error(path(value));
  CHECK(error.kind == ErrorKind::Usage);
  CHECK_THAT(error.what(), Contains("RELAYBURN_PLUGIN_PATH"));
}

TEST_CASE("plugin_dir of the config is absolute, the flag is taken from where we are") {
  PluginSearch search;
  search.config_dir = "plugins";
  CHECK(find_error(search).kind == ErrorKind::Usage);
  CHECK_THAT(find_error(search).what(), Contains("plugin_dir") && Contains("'plugins'"));

  CHECK(plugin_directories(flag("plugins")) ==
        std::vector{fs::current_path().string() + "/plugins"});
  CHECK(find_error(flag("")).kind == ErrorKind::Usage);
}

TEST_CASE("a name that could lead elsewhere is no name") {
  const Scratch scratch;
  const auto name = GENERATE("", "../bad", "a/b", "Bad", "1bad", "_bad", "bad.so", "b d");
  CAPTURE(name);
  CHECK(find_error(flag(scratch.folder("plugins")), name).kind == ErrorKind::Usage);
}

TEST_CASE("exactly one source is used, the first that is set") {
  const Scratch scratch;
  const std::string beside = scratch.with_plugin("throws_int", "lib/relayburn/plugins");
  PluginSearch search;
  search.executable = scratch.folder("bin") + "/relayburn";
  search.installed_dir = scratch.with_plugin("throws_int", "installed");
  CHECK(plugin_directories(search) == std::vector{beside, search.installed_dir});
  CHECK(found(search) == beside + "/" + kFileName);

  // Each override is empty: it replaces, and never adds.
  search.config_dir = scratch.folder("config");
  CHECK(find_error(search).kind == ErrorKind::PluginMissing);
  CHECK(plugin_directories(search) == std::vector{*search.config_dir});
  search.path = scratch.folder("path1") + ":" + scratch.folder("path2");
  CHECK(plugin_directories(search).size() == 2);
  CHECK(find_error(search).kind == ErrorKind::PluginMissing);
  search.flag_dir = scratch.folder("flag");
  CHECK(plugin_directories(search) == std::vector{*search.flag_dir});
  CHECK(find_error(search).kind == ErrorKind::PluginMissing);
}

TEST_CASE("the compiled-in folder comes after the one beside the executable, once") {
  PluginSearch search;
  search.executable = "/opt/relayburn/bin/relayburn";
  search.installed_dir = "/opt/relayburn/lib/relayburn/plugins";
  CHECK(plugin_directories(search) == std::vector{search.installed_dir});
  CHECK(PluginSearch::of_process().executable == fs::canonical("/proc/self/exe").string());
}

TEST_CASE("the first file found is the one, broken or not") {
  const Scratch scratch;
  const std::string first = scratch.folder("first");
  const std::string second = scratch.with_plugin("throws_int", "second");
  CHECK(found(path(first + ":" + second)) == second + "/" + kFileName);

  SECTION("text") { scratch.text_file(first + "/" + kFileName); }
  SECTION("dangling link") { fs::create_symlink("/nowhere/at/all", first + "/" + kFileName); }
  SECTION("fails the handshake") { scratch.with_plugin("other_stamp", "first"); }
  const Error error = load_error(path(first + ":" + second));
  CHECK(error.kind == ErrorKind::PluginIncompatible);
  CHECK_THAT(error.what(), Contains(first) && !Contains(second));
}

TEST_CASE("a missing plugin: every place and its outcome, and what to install") {
  const Scratch scratch;
  PluginSearch search;
  search.executable = scratch.folder("bin") + "/relayburn";
  search.installed_dir = scratch.folder("installed");
  const Error postgres = find_error(search, "postgres");
  CHECK(postgres.kind == ErrorKind::PluginMissing);
  CHECK(std::string(postgres.what()) ==
        "cannot find plugin 'postgres': no relayburn_storage_postgres.so in --plugin-dir (unset), "
        "RELAYBURN_PLUGIN_PATH (unset), plugin_dir (unset), " +
            fs::path(scratch.folder("bin")).parent_path().string() +
            "/lib/relayburn/plugins (does not exist), " + search.installed_dir + " (no such file)");
  CHECK(postgres.hint == "install relayburn-postgres");
  CHECK(find_error(search, "sqlite").hint == "reinstall relayburn");
  CHECK(find_error(search, "file").hint == "reinstall relayburn");

  search.path = scratch.text_file(scratch.folder("files") + "/file");
  const Error overridden = find_error(search, "sqlite");
  CHECK_THAT(overridden.what(), Contains(*search.path + " (is not a folder)"));
  CHECK_THAT(overridden.hint, Contains("unset RELAYBURN_PLUGIN_PATH"));
}
