#pragma once
// One entry of a provider's report: named values as the report spells them. Every getter throws
// Error{Usage} with the file, the line, the JSON pointer or column, and what was expected there.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/billing/amount.h"

namespace relayburn {

// A report as it was read. kJsonPadding readable bytes follow the text.
struct ReportText {
  const std::string& name;  // of the file, for messages
  std::string_view text;

  // Throws Error{Usage} "name:line: problem" for the byte at `offset`.
  [[noreturn]] void fail(size_t offset, const std::string& problem) const;
};

// Returns the beginning of a value, for a message.
std::string shown_value(std::string_view text);

class ReportFields {
 public:
  enum class Type { Null, String, Number, Flag, Cell };
  struct Field {
    Type type = Type::Null;
    std::string text;   // unescaped where it is a string
    size_t offset = 0;  // in the report
  };

  // `source` outlives this. `pointer` names the entry within the report: "/data/0/results/2"; empty
  // for the rows of a table.
  ReportFields(const ReportText& source, std::string pointer, size_t offset)
      : source_(&source), pointer_(std::move(pointer)), offset_(offset) {}

  void set(std::string name, Field field) { fields_[std::move(name)] = std::move(field); }

  // Whether the field is there, null or not.
  bool has(std::string_view name) const { return fields_.find(name) != fields_.end(); }
  bool is_null(std::string_view name) const { return given(name) == nullptr; }

  // nullopt where the field is absent or null.
  std::optional<std::string> text(std::string_view name) const;
  // A whole number from 0 to 2^40; 0 where the field is absent or null.
  int64_t count(std::string_view name) const;
  int64_t needed_count(std::string_view name) const;
  // An amount in this unit. JSON numbers are refused unless `takes_numbers`.
  Picodollars amount(std::string_view name, AmountUnit unit, bool takes_numbers) const;
  // Requires the currency to be US dollars.
  void expect_dollars(std::string_view name) const;

  [[noreturn]] void fail(std::string_view name, const std::string& expected) const;
  // For the entry as a whole.
  [[noreturn]] void fail(const std::string& problem) const;

 private:
  const Field* given(std::string_view name) const;

  const ReportText* source_;
  std::string pointer_;
  size_t offset_;
  std::map<std::string, Field, std::less<>> fields_;
};

}  // namespace relayburn
