#include "core/sources/opencode/opencode_marks.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace relayburn {
namespace {

constexpr std::string_view kFormat = "marks1\n";
constexpr int kMaxShift = 62;
constexpr size_t kHexDigits = 8;

uint64_t mixed(uint64_t value) {
  value ^= value >> 30;
  value *= 0xbf58476d1ce4e5b9;
  value ^= value >> 27;
  value *= 0x94d049bb133111eb;
  return value ^ value >> 31;
}

// Takes `text` up to the separator; nullopt where there is none.
std::optional<std::string_view> take(std::string_view& text, char separator) {
  const size_t end = text.find(separator);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(end + 1);
  return part;
}

template <class Number>
bool parse(std::optional<std::string_view> text, Number& number, int base = 10) {
  if (!text) return false;
  const char* end = text->data() + text->size();
  const auto [behind, error] = std::from_chars(text->data(), end, number, base);
  return error == std::errc() && behind == end && !text->empty();
}

bool parse_blocks(std::string_view text, std::vector<uint32_t>& blocks) {
  if (text.size() % kHexDigits != 0 ||
      text.size() / kHexDigits > static_cast<size_t>(TableMarks::kMaxBlocks))
    return false;
  for (size_t at = 0; at < text.size(); at += kHexDigits)
    if (!parse(text.substr(at, kHexDigits), blocks.emplace_back(), 16)) return false;
  return true;
}

bool parse_marks(std::string_view line, MarksOfTables& tables) {
  const auto name = take(line, ' ');
  if (!name) return false;
  TableMarks& marks = tables[std::string(*name)];
  return parse(take(line, ' '), marks.greatest_time) && parse(take(line, ' '), marks.shift) &&
         marks.shift >= 0 && marks.shift <= kMaxShift &&
         parse(take(line, ' '), marks.first_block) && parse_blocks(line, marks.blocks);
}

}  // namespace

std::optional<uint32_t> TableMarks::block(int64_t number) const {
  if (number < first_block || number - first_block >= static_cast<int64_t>(blocks.size()))
    return std::nullopt;
  return blocks[static_cast<size_t>(number - first_block)];
}

int shift_for(int64_t first, int64_t last) {
  int shift = 0;
  // Of unsigned numbers, because the difference of the greatest and the smallest rowid has no sign.
  while (static_cast<uint64_t>(last >> shift) - static_cast<uint64_t>(first >> shift) >=
         static_cast<uint64_t>(TableMarks::kMaxBlocks))
    ++shift;
  return shift;
}

TableMarker::TableMarker(int64_t first_rowid, int64_t last_rowid, int shift) {
  marks_.shift = shift;
  marks_.first_block = first_rowid >> shift;
  marks_.greatest_time = std::numeric_limits<int64_t>::min();
  const int64_t count = (last_rowid >> shift) - marks_.first_block + 1;
  sums_.resize(static_cast<size_t>(std::max<int64_t>(0, count)));
}

void TableMarker::row(int64_t rowid, int64_t time_updated) {
  const int64_t block = rowid >> marks_.shift;
  if (block < marks_.first_block) return;
  // Without a sign, which what lies between any two of them does not have room for.
  const uint64_t place = static_cast<uint64_t>(block) - static_cast<uint64_t>(marks_.first_block);
  if (place >= sums_.size()) return;
  const auto id = static_cast<uint64_t>(rowid);
  const auto time = static_cast<uint64_t>(time_updated);
  sums_[place] += mixed(mixed(id + 1) ^ time) | 1;
  marks_.greatest_time = std::max(marks_.greatest_time, time_updated);
}

TableMarks TableMarker::marks() const {
  TableMarks marks = marks_;
  for (const uint64_t sum : sums_) marks.blocks.push_back(static_cast<uint32_t>(sum ^ sum >> 32));
  return marks;
}

std::vector<RowidRange> changed_ranges(const TableMarks& before, const TableMarks& now) {
  std::vector<RowidRange> ranges;
  const int64_t size = int64_t{1} << now.shift;
  for (size_t i = 0; i < now.blocks.size(); ++i) {
    const int64_t number = now.first_block + static_cast<int64_t>(i);
    if (now.blocks[i] == before.block(number).value_or(0)) continue;
    const int64_t first = static_cast<int64_t>(static_cast<uint64_t>(number) << now.shift);
    const int64_t last = first + (size - 1);
    if (!ranges.empty() && ranges.back().last == first - 1) {
      ranges.back().last = last;
    } else {
      ranges.push_back({first, last});
    }
  }
  return ranges;
}

std::string to_text(const MarksOfTables& tables) {
  std::string text(kFormat);
  for (const auto& [name, marks] : tables) {
    text += name + ' ' + std::to_string(marks.greatest_time) + ' ' + std::to_string(marks.shift) +
            ' ' + std::to_string(marks.first_block) + ' ';
    for (const uint32_t block : marks.blocks) {
      char digits[kHexDigits];
      for (size_t i = 0; i < kHexDigits; ++i)
        digits[i] = "0123456789abcdef"[block >> (4 * (kHexDigits - 1 - i)) & 15];
      text.append(digits, kHexDigits);
    }
    text += '\n';
  }
  return text;
}

std::optional<MarksOfTables> marks_from(std::string_view text) {
  if (!text.starts_with(kFormat)) return std::nullopt;
  text.remove_prefix(kFormat.size());
  MarksOfTables tables;
  while (!text.empty()) {
    const auto line = take(text, '\n');
    if (!line || !parse_marks(*line, tables)) return std::nullopt;
  }
  return tables;
}

}  // namespace relayburn
