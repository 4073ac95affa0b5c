#include "tables/typed_values.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <system_error>

#include "text/byte_set.hpp"

namespace bulkmarc {
namespace {

constexpr std::int64_t kSecondsOfDay = 24 * 60 * 60;
/// The first year that two digits may stand for: MARC is of the 1960s.
constexpr int kFirstYearOfTwoDigits = 1960;

/// Reads digits from left to right.
class Digits {
 public:
  explicit Digits(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] std::size_t count() const {
    return static_cast<std::size_t>(std::ranges::find_if_not(rest_, is_digit) - rest_.begin());
  }
  bool take(char wanted) {
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// Takes those that come next.
  void take_all() { rest_.remove_prefix(count()); }
  /// The number of so many digits; nothing, and nothing is taken, where there are fewer.
  std::optional<int> number(std::size_t digits) {
    if (rest_.size() < digits || !all_in(rest_.substr(0, digits), kDigits)) return std::nullopt;
    int value = 0;
    for (const char digit : rest_.substr(0, digits)) value = 10 * value + (digit - '0');
    rest_.remove_prefix(digits);
    return value;
  }

 private:
  static bool is_digit(char byte) { return kDigits.contains(byte); }

  std::string_view rest_;
};

std::optional<std::int64_t> days_of(int year, int month, int day) {
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (year == 0 || !date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

/// yyyy-mm-dd or yyyymmdd; where all of the text has six digits, yymmdd.
std::optional<std::int64_t> take_date(Digits& text) {
  std::optional<int> year;
  if (text.count() == 6) {
    year = text.number(2);
    *year += *year < kFirstYearOfTwoDigits % 100 ? 2000 : 1900;
  } else {
    year = text.number(4);
  }
  const bool has_dashes = text.take('-');
  const auto month = text.number(2);
  if (has_dashes && !text.take('-')) return std::nullopt;
  const auto day = text.number(2);
  return year && month && day ? days_of(*year, *month, *day) : std::nullopt;
}

/// hh:mm:ss or hhmmss, and a fraction that does not count.
std::optional<std::int64_t> take_time(Digits& text) {
  const auto hours = text.number(2);
  const bool has_colons = text.take(':');
  const auto minutes = text.number(2);
  if (has_colons && !text.take(':')) return std::nullopt;
  const auto seconds = text.number(2);
  if (!hours || !minutes || !seconds || *hours > 23 || *minutes > 59 || *seconds > 59) return std::nullopt;
  if (text.take('.')) text.take_all();
  return (std::int64_t{*hours} * 60 + *minutes) * 60 + *seconds;
}

void put(char* to, unsigned value, std::size_t digits) {
  for (; digits > 0; value /= 10) to[--digits] = static_cast<char>('0' + value % 10);
}

void put_date(char* to, std::int64_t days) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
  put(to, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  to[4] = to[7] = '-';
  put(to + 5, static_cast<unsigned>(date.month()), 2);
  put(to + 8, static_cast<unsigned>(date.day()), 2);
}

}  // namespace

std::optional<std::int64_t> parse_integer(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || rest != end) return std::nullopt;
  return value;
}

std::optional<std::int64_t> parse_date(std::string_view text) {
  Digits rest(text);
  const auto days = take_date(rest);
  if (!days) return std::nullopt;
  if (!rest.at_end() && !parse_timestamp(text)) return std::nullopt;
  return days;
}

std::optional<std::int64_t> parse_timestamp(std::string_view text) {
  Digits rest(text);
  const auto days = take_date(rest);
  if (!days) return std::nullopt;
  if (rest.at_end()) return *days * kSecondsOfDay;
  if (!rest.take('T')) rest.take(' ');
  const auto seconds = take_time(rest);
  if (!seconds || !rest.at_end()) return std::nullopt;
  return *days * kSecondsOfDay + *seconds;
}

std::array<char, 10> date_text(std::int64_t days) {
  std::array<char, 10> text{};
  put_date(text.data(), days);
  return text;
}

std::array<char, 19> timestamp_text(std::int64_t seconds) {
  std::array<char, 19> text{};
  std::int64_t days = seconds / kSecondsOfDay;
  if (seconds % kSecondsOfDay < 0) --days;
  const auto time = static_cast<unsigned>(seconds - days * kSecondsOfDay);
  put_date(text.data(), days);
  text[10] = 'T';
  put(text.data() + 11, time / 3600, 2);
  put(text.data() + 14, time / 60 % 60, 2);
  put(text.data() + 17, time % 60, 2);
  text[13] = text[16] = ':';
  return text;
}

}  // namespace bulkmarc
