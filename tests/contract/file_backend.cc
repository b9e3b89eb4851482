#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "tests/contract/backend_under_test.h"

namespace relayburn {
namespace {

std::string ledger_file(const Place& place) { return place.location + "/ledger.jsonl"; }

class FileBackend : public BackendUnderTest {
 public:
  std::string name() const override { return "file"; }

  Place fresh_place(const std::string& folder) const override {
    return {folder + "/not made yet/ledger", ""};
  }

  bool has_cursors_in_its_batches() const override { return false; }

  void corrupt(const Place& place) const override {
    std::fstream(ledger_file(place)) << "These are no JSON lines, and never were.";
  }

  void make_too_new(const Place& place) const override {
    std::stringstream text;
    text << std::ifstream(ledger_file(place)).rdbuf();
    std::string lines = text.str();
    const std::string ours = "\"version\":2";
    const size_t version = lines.find(ours);
    if (version == std::string::npos || version > lines.find('\n'))
      throw std::runtime_error("the first line of the ledger has no version");
    // An upgrade puts another file into the place of the old one.
    const std::string beside = ledger_file(place) + ".new";
    std::ofstream(beside) << lines.replace(version, ours.size(), "\"version\":9");
    std::filesystem::rename(beside, ledger_file(place));
  }
};

}  // namespace

const BackendUnderTest& backend_under_test() {
  static const FileBackend backend;
  return backend;
}

}  // namespace relayburn
