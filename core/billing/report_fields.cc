#include "core/billing/report_fields.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/json_number.h"
#include "core/base/spelling.h"
#include "core/pricing/model_name.h"

namespace relayburn {

void ReportText::fail(size_t offset, const std::string& problem) const {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  throw Error(ErrorKind::Usage, name + ":" + std::to_string(line) + ": " + problem);
}

std::string shown_value(std::string_view text) {
  constexpr size_t kMaxShown = 60;
  if (text.size() <= kMaxShown) return std::string(text);
  return std::string(text.substr(0, kMaxShown)) + "...";
}

const ReportFields::Field* ReportFields::given(std::string_view name) const {
  const auto found = fields_.find(name);
  return found == fields_.end() || found->second.type == Type::Null ? nullptr : &found->second;
}

std::optional<std::string> ReportFields::text(std::string_view name) const {
  const Field* field = given(name);
  if (field == nullptr) return std::nullopt;
  if (field->type != Type::String && field->type != Type::Cell) fail(name, "a string or null");
  return field->text;
}

int64_t ReportFields::count(std::string_view name) const {
  return given(name) == nullptr ? 0 : needed_count(name);
}

int64_t ReportFields::needed_count(std::string_view name) const {
  const Field* field = given(name);
  const bool is_number =
      field != nullptr && (field->type == Type::Number || field->type == Type::Cell);
  const auto count = is_number ? parse_count(field->text) : std::nullopt;
  if (!count) fail(name, "a whole number from 0 to 2^40");
  return *count;
}

Picodollars ReportFields::amount(std::string_view name, AmountUnit unit, bool takes_numbers) const {
  const Field* field = given(name);
  const bool fits = field != nullptr && field->type != Type::Flag &&
                    (takes_numbers || field->type != Type::Number);
  const auto amount = fits ? parse_amount(field->text, unit) : std::nullopt;
  if (!amount)
    fail(name, unit == AmountUnit::Cents ? "a decimal string of cents" : "an amount in dollars");
  return *amount;
}

void ReportFields::expect_dollars(std::string_view name) const {
  const auto currency = text(name);
  if (!currency || lower_case(*currency) != "usd") fail(name, "the currency usd");
}

void ReportFields::fail(std::string_view name, const std::string& expected) const {
  const auto found = fields_.find(name);
  std::string path(name);
  if (!pointer_.empty()) {
    std::replace(path.begin(), path.end(), '.', '/');
    path = pointer_ + "/" + path;
  }
  std::string got = "nothing";
  if (found != fields_.end())
    got =
        found->second.type == Type::Null ? "no value" : "'" + shown_value(found->second.text) + "'";
  source_->fail(found == fields_.end() ? offset_ : found->second.offset,
                path + ": expected " + expected + ", got " + got);
}

void ReportFields::fail(const std::string& problem) const {
  source_->fail(offset_, (pointer_.empty() ? "" : pointer_ + ": ") + problem);
}

}  // namespace relayburn
