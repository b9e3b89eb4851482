#pragma once
// The rows of a database as far as they can be read: one damaged page is not the end of the others.

#include <optional>

#include "core/base/error.h"
#include "core/storage/rows_file.h"

namespace relayburn {

class TolerantRows : public RowsFile {
 public:
  // `rows` outlives it.
  explicit TolerantRows(RowsFile& rows) : rows_(rows) {}

  // Ends early where the file is damaged, or the question does not fit it, and notes that. Whatever
  // the sink throws passes.
  void query(std::string_view sql, std::span<const Cell> parameters, const Sink& sink) override;
  void check_unchanged() override { rows_.check_unchanged(); }

  // Whether the question fits the file; notes nothing.
  bool is_understood(std::string_view sql);

  void note(const Error& damage);
  // How often a question ended early.
  int damages() const { return damages_; }
  // Throws the first of them, if there were any.
  void throw_damage() const;

 private:
  RowsFile& rows_;
  std::optional<Error> damage_;
  int damages_ = 0;
};

}  // namespace relayburn
