#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace generator {

/// A text that grows in Latin letters and, for a language that needs it, in its original script at the same time.
class Text {
 public:
  explicit Text(bool two_scripts) : two_scripts_(two_scripts) { latin_.reserve(kUsualLength); }

  [[nodiscard]] const std::string& latin() const { return latin_; }
  /// Empty unless the text has two scripts.
  [[nodiscard]] const std::string& original() const { return original_; }
  std::string& latin() { return latin_; }

  void clear() {
    latin_.clear();
    original_.clear();
  }
  void append(std::string_view latin, std::string_view original) {
    latin_ += latin;
    if (two_scripts_) original_ += original;
  }
  void append(std::string_view same) { append(same, same); }
  void append(const Text& text) { append(text.latin_, text.original_); }
  /// The number in decimal digits, with zeros before it up to the width, which is 20 at most.
  void append_number(std::uint64_t number, std::size_t width = 1) {
    std::array<char, 20> digits;
    auto first = digits.end();
    while (first != digits.begin() && (number > 0 || static_cast<std::size_t>(digits.end() - first) < width)) {
      *--first = static_cast<char>('0' + number % 10);
      number /= 10;
    }
    append({first, digits.end()});
  }

 private:
  static constexpr std::size_t kUsualLength = 240;

  std::string latin_;
  std::string original_;
  bool two_scripts_;
};

}  // namespace generator
