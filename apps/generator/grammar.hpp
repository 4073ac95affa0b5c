#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "generator/random.hpp"
#include "generator/text.hpp"

namespace generator {

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
