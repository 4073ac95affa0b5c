#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "generator/random.hpp"

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

class Section;

/// Some literal text, then perhaps a choice from a section, or a number.
struct Piece {
  std::string latin;
  std::string original;
  const Section* choice = nullptr;
  std::uint32_t low = 0;  ///< The number's range; `high` is 0 where there is none.
  std::uint32_t high = 0;
};

/// One line of a section.
struct Entry {
  std::string_view code;  ///< What stood behind the section's name, as in `[place enk]`.
  std::vector<Piece> pieces;

  void write(Random& random, Text& text) const;
};

/// Alternatives of equal weight.
class Section {
 public:
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
  /// REQUIRES: the section is not empty.
  [[nodiscard]] const Entry& pick(Random& random) const {
    return entries_[random.below(static_cast<std::uint32_t>(entries_.size()))];
  }
  void write(Random& random, Text& text) const { pick(random).write(random, text); }

 private:
  friend class Grammar;
  std::vector<Entry> entries_;
};

/// Sections of texts that may choose from each other; data/README.md explains the files. Holds pointers
/// into itself, so it does not move.
class Grammar {
 public:
  /// Throws std::invalid_argument where the texts, which must outlive the grammar, are not well-formed.
  explicit Grammar(std::span<const std::string_view> texts);
  Grammar(const Grammar&) = delete;
  Grammar& operator=(const Grammar&) = delete;

  /// Throws std::invalid_argument where there is none of that name.
  [[nodiscard]] const Section& section(std::string_view name) const;

 private:
  void read(std::string_view text);
  void read_entry(Section& section, std::string_view code, std::string_view line);
  Section& section_for(std::string_view name);

  std::map<std::string, Section, std::less<>> sections_;
};

}  // namespace generator
