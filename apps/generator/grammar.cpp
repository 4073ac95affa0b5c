#include "generator/grammar.hpp"

#include <charconv>
#include <cstdint>
#include <stdexcept>
#include <utility>

namespace generator {
namespace {

constexpr std::string_view kColumn = " | ";
constexpr std::string_view kRange = "..";

void require(bool condition, std::string_view message, std::string_view where) {
  if (!condition) throw std::invalid_argument(std::string(message) + ": " + std::string(where));
}

/// What stands before the separator; `text` keeps what follows it.
std::string_view cut(std::string_view& text, std::string_view separator) {
  const std::size_t at = text.find(separator);
  const std::string_view before = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view{} : text.substr(at + separator.size());
  return before;
}

std::uint32_t number(std::string_view digits) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  require(error == std::errc{} && end == digits.data() + digits.size(), "not a number", digits);
  return value;
}

/// Takes literal text up to the next slot, with {{ and }} for braces; then the slot's name, if there is one.
std::pair<std::string, std::string_view> take_piece(std::string_view& rest) {
  std::string literal;
  while (!rest.empty()) {
    const char byte = rest.front();
    const bool doubled = rest.size() > 1 && rest[1] == byte;
    if (byte == '{' && !doubled) {
      rest.remove_prefix(1);
      return {std::move(literal), cut(rest, "}")};
    }
    require(byte != '}' || doubled, "a brace without its other half", rest);
    literal += byte;
    rest.remove_prefix(byte == '{' || byte == '}' ? 2 : 1);
  }
  return {std::move(literal), std::string_view{}};
}

}  // namespace

void Entry::write(Random& random, Text& text) const {
  for (const Piece& piece : pieces) {
    text.append(piece.latin, piece.original);
    if (piece.choice != nullptr) piece.choice->write(random, text);
    if (piece.high != 0) text.append_number(random.between(piece.low, piece.high));
  }
}

Grammar::Grammar(std::span<const std::string_view> texts) {
  for (const std::string_view text : texts) read(text);
  for (const auto& [name, section] : sections_) {
    for (const Entry& entry : section.entries()) {
      for (const Piece& piece : entry.pieces) {
        require(piece.choice == nullptr || !piece.choice->entries().empty(), "a choice from nothing in", name);
      }
    }
  }
}

const Section& Grammar::section(std::string_view name) const {
  const auto found = sections_.find(name);
  require(found != sections_.end(), "no such section", name);
  return found->second;
}

void Grammar::read(std::string_view text) {
  Section* section = nullptr;
  std::string_view code;
  while (!text.empty()) {
    std::string_view line = cut(text, "\n");
    if (line.empty() || line.front() == '#') continue;
    if (line.front() == '[' && line.back() == ']') {
      code = line.substr(1, line.size() - 2);
      section = &section_for(cut(code, " "));
    } else {
      require(section != nullptr, "a line outside of any section", line);
      read_entry(*section, code, line);
    }
  }
}

void Grammar::read_entry(Section& section, std::string_view code, std::string_view line) {
  const bool two_columns = line.find(kColumn) != std::string_view::npos;
  std::string_view latin = cut(line, kColumn);
  std::string_view original = two_columns ? line : latin;
  Entry entry{code, {}};
  while (!latin.empty() || !original.empty()) {
    auto [literal, slot] = take_piece(latin);
    auto [original_literal, original_slot] = take_piece(original);
    require(slot == original_slot, "two columns with different choices", slot);
    Piece piece{std::move(literal), std::move(original_literal)};
    if (slot.find(kRange) != std::string_view::npos) {
      piece.low = number(cut(slot, kRange));
      piece.high = number(slot);
      require(0 < piece.high && piece.low <= piece.high, "not a range, in a line of", code);
    } else if (!slot.empty()) {
      piece.choice = &section_for(slot);
    }
    entry.pieces.push_back(std::move(piece));
  }
  section.entries_.push_back(std::move(entry));
}

Section& Grammar::section_for(std::string_view name) { return sections_[std::string(name)]; }

}  // namespace generator
