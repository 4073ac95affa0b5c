#include "readers/text_format_finder.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace bulkmarc {
namespace {

constexpr std::size_t kNowhere = std::string_view::npos;

/// Where the first of the marks stands.
std::size_t find_any(std::string_view bytes, std::span<const std::string_view> marks) {
  std::size_t first = kNowhere;
  for (const std::string_view mark : marks) first = std::min(first, bytes.find(mark));
  return first;
}

/// Where the text begins that holds the first of the marks: at the first of the bytes `openers`.
std::size_t find_text(std::string_view bytes, std::string_view openers, std::span<const std::string_view> marks) {
  const std::size_t mark = find_any(bytes, marks);
  return mark == kNowhere ? kNowhere : bytes.substr(0, mark + 1).find_first_of(openers);
}

std::size_t find_xml(std::string_view bytes) {
  constexpr std::array<std::string_view, 6> kMarks = {"<?xml",   "<collection", "<record",
                                                      "<leader", ":record",     ":leader"};
  return find_text(bytes, "<", kMarks);
}

std::size_t find_json(std::string_view bytes) {
  constexpr std::array<std::string_view, 2> kMarks = {"\"leader\"", "\"fields\""};
  return find_text(bytes, "{[", kMarks);
}

std::size_t find_mrk(std::string_view bytes) {
  constexpr std::array<std::string_view, 2> kMarks = {"=LDR", "=000"};
  if (bytes.starts_with(kMarks[0]) || bytes.starts_with(kMarks[1])) return 0;
  constexpr std::array<std::string_view, 4> kLines = {"\n=LDR", "\n=000", "\r=LDR", "\r=000"};
  const std::size_t line = find_any(bytes, kLines);
  return line == kNowhere ? kNowhere : line + 1;
}

}  // namespace

std::optional<FoundTextFormat> find_text_format(std::string_view bytes) {
  const std::array<FoundTextFormat, 3> formats = {
      {{"MARCXML", find_xml(bytes)}, {"JSON", find_json(bytes)}, {"mrk", find_mrk(bytes)}}};
  const FoundTextFormat& first = *std::ranges::min_element(formats, {}, &FoundTextFormat::begin);
  return first.begin == kNowhere ? std::nullopt : std::optional(first);
}

}  // namespace bulkmarc
