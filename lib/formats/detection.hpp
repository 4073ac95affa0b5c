#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string_view>

#include <bulkmarc/format.hpp>

namespace bulkmarc {

/// As many bytes tell how records in some format begin.
inline constexpr std::size_t kBytesOfSign = 64;

/// The name of the format that records which begin like `text` are in, or empty where they are in none: a leader of
/// ISO 2709, an element that holds records of MARCXML, an object with keys or an array of them, a field of mrk.
/// REQUIRES: `text` has kBytesOfSign bytes, or nothing follows it.
[[nodiscard]] std::string_view format_that_begins(std::string_view text);

/// As many bytes tell whether a record of another format begins.
inline constexpr std::size_t kBytesOfOtherFormat = 24;

/// The name of the format of MARC records that a line which begins like `text` is of, if it is none of XML; else empty.
/// REQUIRES: `text` has kBytesOfOtherFormat bytes, or nothing follows it.
[[nodiscard]] std::string_view format_beside_xml(std::string_view text);

/// Records of a text format among bytes that are not ISO 2709.
struct FoundTextFormat {
  std::string_view name;  ///< For people.
  std::size_t begin;      ///< Where they begin.
};

/// Looks for MARCXML, MARC-in-JSON and mrk, by what no other text holds. Takes time in proportion to the bytes.
[[nodiscard]] std::optional<FoundTextFormat> find_text_format(std::string_view bytes);

/// How much of an input decides what it is.
inline constexpr std::size_t kBytesThatTell = 64 * 1024;

/// True when `first_bytes`, the first kBytesThatTell of an input or all there is, hold a leader or padding alone.
[[nodiscard]] bool may_be_iso2709(std::string_view first_bytes);

/// The format of an input: what its first bytes tell, or else its name, or else ISO 2709. kJson stands for both of the
/// JSON formats.
[[nodiscard]] Format detect_format(std::string_view first_bytes, const std::filesystem::path& path);

/// The same, but the `wanted` one if there is one. An input of padding alone has no records in any format: ISO 2709.
[[nodiscard]] Format choose_format(std::optional<Format> wanted, std::string_view first_bytes,
                                   const std::filesystem::path& path);

/// True when an input with these first bytes, kBytesThatTell or all there are, holds records for certain, whatever it
/// is called.
[[nodiscard]] bool holds_records(std::string_view first_bytes);

/// Throws Error (kNotMarc), which shows how the input begins.
[[noreturn]] void refuse_as_not_marc(std::string_view first_bytes, const std::filesystem::path& path);

}  // namespace bulkmarc
