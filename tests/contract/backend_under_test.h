#pragma once
// What a backend supplies to the contract suite. The suite itself reaches it only through the
// loader and the seam; each executable links one definition of backend_under_test().

#include <string>

namespace relayburn {

// Where one ledger is: the parts of OpenContext that tell stores apart.
struct Place {
  std::string location;
  std::string schema;  // postgres only
};

class BackendUnderTest {
 public:
  virtual ~BackendUnderTest() = default;

  virtual std::string name() const = 0;

  // Whether it can be tested here: a server must answer, say. By default: its plugin was built.
  virtual bool available() const;

  // Where no store is yet, another one each time. `folder` is the test's own, and outlives the
  // store.
  virtual Place fresh_place(const std::string& folder) const = 0;
  // Removes what lies outside of `folder`.
  virtual void discard(const Place&) const {}

  // Of a migrated store that nobody has open: makes its bytes something else than ours, or writes
  // what a newer relayburn would have written as its version.
  virtual void corrupt(const Place& place) const = 0;
  virtual void make_too_new(const Place& place) const = 0;

  // Whether a cursor is there as soon as its batch is. Else the writer that is killed in between
  // leaves the one before, and what lies after that is read again (plugins/README.md).
  virtual bool has_cursors_in_its_batches() const { return true; }

  // What a store's own tools find wrong with its bytes, while nobody has it open; empty: nothing.
  virtual std::string damage(const Place&) const { return {}; }

  // How many processes write at once where the suite tests that.
  virtual int writers() const { return 2; }
};

const BackendUnderTest& backend_under_test();

// 0 where it can be tested here. Else says on stderr that it cannot, and gives what the executable
// ends with: skipped for ctest, or failed where RELAYBURN_REQUIRE_BACKENDS names it.
int exit_code_where_absent();

}  // namespace relayburn
