#include "tests/contract/test_store.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <sstream>

#include "core/plugin/plugin_library.h"

namespace fs = std::filesystem;

namespace relayburn {
namespace {

PluginLibrary load_plugin() {
  PluginSearch search;
  search.flag_dir = plugin_folder();
  return PluginLibrary::load(backend_under_test().name(), search);
}

constexpr int kSkipped = 77;  // SKIP_RETURN_CODE of these tests

bool is_required(const std::string& name) {
  const char* variable = std::getenv("RELAYBURN_REQUIRE_BACKENDS");
  std::istringstream names(variable == nullptr ? "" : variable);
  for (std::string required; std::getline(names, required, ',');)
    if (required == name) return true;
  return false;
}

std::string make_scratch() {
  std::string pattern = (fs::temp_directory_path() / "relayburn-contract-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr)
    throw std::runtime_error("cannot make a scratch folder like " + pattern);
  return fs::canonical(pattern).string();
}

}  // namespace

std::string plugin_folder() { return RELAYBURN_TEST_PLUGIN_DIR; }

int exit_code_where_absent() {
  const std::string name = backend_under_test().name();
  if (backend_under_test().available()) return EXIT_SUCCESS;
  const bool is_failure = is_required(name);
  std::cerr << "backend " << name << " is not available"
            << (is_failure ? ", and RELAYBURN_REQUIRE_BACKENDS names it\n" : ": skipped\n");
  return is_failure ? EXIT_FAILURE : kSkipped;
}

bool BackendUnderTest::available() const {
  return fs::exists(fs::path(plugin_folder()) / plugin_file_name(kStoragePlugins, name()));
}

void CollectedLog::write(LogLevel, std::string_view text) {
  const std::lock_guard guard(mutex_);
  text_ += text;
  text_ += '\n';
}

std::string CollectedLog::text() const {
  const std::lock_guard guard(mutex_);
  return text_;
}

TestStore::TestStore() : root_(make_scratch()), folder_(root_ + "/test") {
  fs::create_directory(folder_);
  fs::create_directory(root_ + "/store");
  place_ = backend_under_test().fresh_place(root_ + "/store");
  context_.location = place_.location;
  context_.schema = place_.schema;
  context_.log = &log_;
}

TestStore::~TestStore() {
  backend_under_test().discard(place_);
  std::error_code ignored;
  fs::remove_all(root_, ignored);
}

std::vector<std::string> TestStore::files() const {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(root_ + "/store"))
    files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

std::unique_ptr<StorageAdapter> TestStore::open() const {
  static const PluginLibrary library = load_plugin();
  return library.open(context_);
}

std::unique_ptr<StorageAdapter> TestStore::open_migrated() const {
  std::unique_ptr<StorageAdapter> adapter = open();
  adapter->migrate();
  return adapter;
}

}  // namespace relayburn
