#include "core/base/instant.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace relayburn {
namespace {

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kMinute = 60 * kSecond;
constexpr int64_t kHour = 60 * kMinute;
constexpr int64_t kDay = 24 * kHour;

constexpr int64_t midnight(int year, unsigned month, unsigned day) {
  using namespace std::chrono;
  const sys_days days = std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day);
  return days.time_since_epoch().count() * kDay;
}
constexpr int64_t kEarliest = midnight(1, 1, 1);
constexpr int64_t kLatest = midnight(9999, 12, 31) + kDay - 1;

// Takes a text apart from the left. After the first failure everything fails.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool ok() const { return ok_; }
  bool at_end() const { return rest_.empty(); }
  bool next_is_digit() const { return !rest_.empty() && is_digit(rest_.front()); }

  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char c) { ok_ = take(c) && ok_; }

  // A number of exactly so many digits.
  int number(size_t digits) {
    if (rest_.size() < digits) return fail();
    int value = 0;
    for (const char c : rest_.substr(0, digits)) {
      if (!is_digit(c)) return fail();
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(digits);
    return value;
  }
  int number(size_t digits, int greatest) {
    const int value = number(digits);
    return value <= greatest ? value : fail();
  }
  int fail() {
    ok_ = false;
    return 0;
  }

 private:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

  std::string_view rest_;
  bool ok_ = true;
};

int64_t read_date(Reader& reader) {
  const int year = reader.number(4);
  reader.expect('-');
  const int month = reader.number(2);
  reader.expect('-');
  const int day = reader.number(2);
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!reader.ok() || year == 0 || !date.ok()) return reader.fail();
  return std::chrono::sys_days(date).time_since_epoch().count() * kDay;
}

// Digits after the point as microseconds; further ones are read over.
int64_t read_fraction(Reader& reader) {
  if (!reader.next_is_digit()) return reader.fail();
  int64_t fraction = 0;
  for (int64_t unit = kSecond / 10; reader.next_is_digit(); unit /= 10) {
    fraction += unit * reader.number(1);
  }
  return fraction;
}

int64_t read_clock(Reader& reader) {
  int64_t clock = reader.number(2, 23) * kHour;
  reader.expect(':');
  clock += reader.number(2, 59) * kMinute;
  if (reader.take(':')) {
    clock += reader.number(2, 60) * kSecond;  // a leap second is the first of the next minute
    if (reader.take('.')) clock += read_fraction(reader);
  }
  return clock;
}

// How far ahead of UTC the clock is.
int64_t read_offset(Reader& reader) {
  if (reader.at_end() || reader.take('Z') || reader.take('z')) return 0;
  const bool is_behind = reader.take('-');
  if (!is_behind) reader.expect('+');
  int64_t offset = reader.number(2, 23) * kHour;
  if (reader.take(':') || !reader.at_end()) offset += reader.number(2, 59) * kMinute;
  return is_behind ? -offset : offset;
}

void put_digits(char* to, int count, int64_t value) {
  for (int i = count; i-- > 0; value /= 10) to[i] = static_cast<char>('0' + value % 10);
}

using Spelling = std::array<char, 27>;

Spelling spell(Instant instant) {
  // What cannot be spelt in four digits of a year has no place in a record. The nearest instant
  // that has is better than a text that no reader takes.
  const int64_t us = std::clamp(instant.us, kEarliest, kLatest);
  const int64_t day = (us >= 0 ? us : us - (kDay - 1)) / kDay;
  const int64_t clock = us - day * kDay;
  const std::chrono::year_month_day date{
      std::chrono::sys_days(std::chrono::days(static_cast<int>(day)))};

  Spelling text;
  std::string_view("0000-00-00T00:00:00.000000Z").copy(text.data(), text.size());
  put_digits(&text[0], 4, int{date.year()});
  put_digits(&text[5], 2, unsigned{date.month()});
  put_digits(&text[8], 2, unsigned{date.day()});
  put_digits(&text[11], 2, clock / kHour);
  put_digits(&text[14], 2, clock / kMinute % 60);
  put_digits(&text[17], 2, clock / kSecond % 60);
  put_digits(&text[20], 6, clock % kSecond);
  return text;
}

}  // namespace

std::optional<Instant> parse_instant(std::string_view text) {
  Reader reader(text);
  int64_t us = read_date(reader);
  if (!reader.take('T') && !reader.take('t')) reader.expect(' ');
  us += read_clock(reader);
  us -= read_offset(reader);
  // An offset can carry the first and the last day out of the years that can be spelt.
  if (!reader.ok() || !reader.at_end() || us < kEarliest || us > kLatest) return std::nullopt;
  return Instant{us};
}

void append_instant(std::string& out, Instant instant) {
  const Spelling text = spell(instant);
  out.append(text.data(), text.size());
}

std::string format_instant(Instant instant) {
  const Spelling text = spell(instant);
  std::string out(text.data(), text.size() - 1);
  while (out.back() == '0' && out.size() > 19) out.pop_back();
  if (out.back() == '.') out.pop_back();
  out += 'Z';
  return out;
}

Instant now() {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since_epoch).count()};
}

}  // namespace relayburn
