#include <sqlite3.h>

#include <fstream>
#include <stdexcept>

#include "tests/contract/backend_under_test.h"

namespace relayburn {
namespace {

class SqliteBackend : public BackendUnderTest {
 public:
  std::string name() const override { return "sqlite"; }

  Place fresh_place(const std::string& folder) const override {
    return {folder + "/not made yet/ledger.sqlite", ""};
  }

  void corrupt(const Place& place) const override {
    std::fstream(place.location) << "This is no database, and never was.";
  }

  std::string damage(const Place& place) const override {
    sqlite3* database = nullptr;
    std::string found;
    const auto add = [](void* text, int, char** values, char**) {
      *static_cast<std::string*>(text) += values[0];
      return 0;
    };
    const bool is_done =
        sqlite3_open(place.location.c_str(), &database) == SQLITE_OK &&
        sqlite3_exec(database, "PRAGMA integrity_check", add, &found, nullptr) == SQLITE_OK;
    sqlite3_close(database);
    if (!is_done) return "integrity_check could not be run";
    return found == "ok" ? "" : found;
  }

  void make_too_new(const Place& place) const override {
    sqlite3* database = nullptr;
    const bool is_done =
        sqlite3_open(place.location.c_str(), &database) == SQLITE_OK &&
        sqlite3_exec(database, "INSERT INTO schema_versions VALUES (9999, 'newer', 'f00', 0)",
                     nullptr, nullptr, nullptr) == SQLITE_OK;
    sqlite3_close(database);
    if (!is_done) throw std::runtime_error("cannot write a newer schema version");
  }
};

}  // namespace

const BackendUnderTest& backend_under_test() {
  static const SqliteBackend backend;
  return backend;
}

}  // namespace relayburn
