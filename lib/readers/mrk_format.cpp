#include "readers/mrk_format.hpp"

#include <algorithm>

#include "readers/mrk_parser.hpp"
#include "text/byte_set.hpp"

namespace bulkmarc {
namespace {

/// White space, and the end mark of old systems.
constexpr ByteSet kBetween(" \t\n\r\x1A");
constexpr ByteSet kBlank(" \t\r");

/// What follows a line end within a record.
enum class Next { kField, kEmptyLine, kLeader, kUnknown };

/// `leader` is what the leader is called in this record.
Next next_line(std::string_view rest, std::string_view leader) {
  const auto* other = std::ranges::find_if_not(rest, [](char byte) { return kBlank.contains(byte); });
  if (other == rest.end()) return Next::kUnknown;
  if (*other == '\n') return Next::kEmptyLine;
  if (rest.starts_with(leader)) return Next::kLeader;
  return leader.starts_with(rest) ? Next::kUnknown : Next::kField;
}

Piece split_stray_line(std::string_view bytes, bool ended) {
  const std::size_t end = bytes.find('\n');
  if (end != std::string_view::npos) return {Piece::Kind::kStray, end + 1};
  return {ended ? Piece::Kind::kStray : Piece::Kind::kMore, bytes.size()};
}

}  // namespace

bool MrkFormat::recognizes(std::string_view first_bytes) const {
  if (first_bytes.starts_with(kUtf8Mark)) first_bytes.remove_prefix(kUtf8Mark.size());
  return all_in(first_bytes, kBetween) || first_bytes.starts_with('=') ||
         first_bytes.find("\n=") != std::string_view::npos;
}

Piece MrkFormat::split(std::string_view bytes, bool ended) {
  const auto* other = std::ranges::find_if_not(bytes, [](char byte) { return kBetween.contains(byte); });
  if (other != bytes.begin()) return {Piece::Kind::kBetween, static_cast<std::size_t>(other - bytes.begin())};
  if (bytes.front() != '=') return split_stray_line(bytes, ended);
  const std::string_view leader = bytes.starts_with("=000") ? "=000" : "=LDR";
  for (std::size_t at = 0; (at = bytes.find('\n', at)) != std::string_view::npos;) {
    ++at;
    switch (next_line(bytes.substr(at), leader)) {
      case Next::kEmptyLine:
        return {Piece::Kind::kRecord, bytes.find('\n', at) + 1};
      case Next::kLeader:
        return {Piece::Kind::kRecord, at};
      case Next::kUnknown:
      case Next::kField:
        break;
    }
  }
  return {ended ? Piece::Kind::kRecord : Piece::Kind::kMore, bytes.size()};
}

std::unique_ptr<TextParser> MrkFormat::make_parser() const { return std::make_unique<MrkParser>(); }

}  // namespace bulkmarc
