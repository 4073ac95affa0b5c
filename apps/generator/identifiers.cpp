#include "generator/identifiers.hpp"

#include <cstdint>

namespace generator {
namespace {

char digit(std::uint32_t value) { return static_cast<char>('0' + value); }
std::uint32_t value(char byte) { return static_cast<std::uint32_t>(byte - '0'); }

/// The check digit of ISBN-10 and ISSN: weights fall to 2 at the last digit, modulo 11.
char check_modulo_11(std::string_view digits) {
  std::uint32_t weight = static_cast<std::uint32_t>(digits.size()) + 1;
  std::uint32_t sum = 0;
  for (const char byte : digits) sum += weight-- * value(byte);
  const std::uint32_t check = (11 - sum % 11) % 11;
  return check == 10 ? 'X' : digit(check);
}

void add_digits(std::string& digits, std::size_t size, Random& random) {
  std::uint32_t supply = 0;
  while (digits.size() < size) {
    if (supply < 10) supply = random.between(1'000'000'000, 1'999'999'999);
    digits += digit(supply % 10);
    supply /= 10;
  }
}

}  // namespace

std::string make_isbn10(std::string_view group, Random& random) {
  std::string isbn(group);
  add_digits(isbn, 9, random);
  return isbn += check_modulo_11(isbn);
}

std::string isbn13_of(std::string_view isbn10) {
  std::string isbn = "978";
  isbn += isbn10.substr(0, 9);
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < isbn.size(); ++i) sum += value(isbn[i]) * (i % 2 == 0 ? 1 : 3);
  return isbn += digit((10 - sum % 10) % 10);
}

std::string make_issn(Random& random) {
  std::string digits;
  add_digits(digits, 7, random);
  digits += check_modulo_11(digits);
  return digits.insert(4, 1, '-');
}

std::string make_lccn(std::string_view prefix, std::uint32_t year, Random& random) {
  const bool long_year = year > 2000;
  std::string lccn(prefix.substr(0, long_year ? 2 : 3));
  lccn += std::to_string(long_year ? year : 100 + year % 100).substr(long_year ? 0 : 1);
  add_digits(lccn, long_year ? 12 : 11, random);
  lccn.resize(12, ' ');
  return lccn;
}

std::string make_digits(std::size_t count, Random& random) {
  std::string digits(1, digit(random.between(1, 9)));
  add_digits(digits, count, random);
  return digits;
}

}  // namespace generator
