#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "input/reader.hpp"
#include "record/problem.hpp"
#include "record/record_builder.hpp"

namespace bulkmarc {

/// The byte order mark of UTF-8. The reader takes it away before it asks the format.
inline constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";

/// How many bytes a parser may read beyond its piece. What they hold is undefined.
inline constexpr std::size_t kReadableBeyondPiece = 64;

/// What stands at the beginning of some text.
struct Piece {
  enum class Kind {
    kRecord,   ///< One record, or what must pass for one.
    kBetween,  ///< White space, and what the format itself puts between records.
    kStray,    ///< Bytes that belong to no record, and to nothing else.
    kOther,    ///< Records of another format, all that is left of the input or much of it.
    kMore,     ///< It does not end within the text; the length means nothing.
  } kind;
  std::size_t length;
  std::string_view format = {};  ///< Of kOther, its name.
};

/// The piece of another format that `bytes` begin with: all of the rest, in pieces that are no longer than any.
[[nodiscard]] inline Piece split_other_format(std::string_view bytes, bool ended, std::string_view format) {
  const bool enough = ended || bytes.size() >= kLongestPiece;
  return {enough ? Piece::Kind::kOther : Piece::Kind::kMore, bytes.size(), format};
}

/// Makes records of pieces. Holds the memory that this takes; one task uses it at a time.
class TextParser {
 public:
  virtual ~TextParser() = default;

  /// Tells `builder`, which has begun, what the piece says. Returns why it is no record, if so. Never throws, whatever
  /// the piece holds. The piece may be read beyond by kReadableBeyondPiece.
  virtual std::optional<Problem> parse(std::string_view piece, RecordBuilder& builder) = 0;
};

/// A text format, as far as reading goes; one object an input.
class TextFormat {
 public:
  virtual ~TextFormat() = default;

  /// True when an input that begins so may hold MARC records in this format. Asked before anything is split.
  [[nodiscard]] virtual bool recognizes(std::string_view first_bytes) const = 0;

  /// What `bytes` begin with: not empty, and all that was read but not yet split. With `ended` nothing follows.
  /// Serial and in the order of the input, so it may keep state; when it returns kMore it is asked again, with at least
  /// twice as many bytes from the same start on, unless the input ends or the piece is given up. Every other piece
  /// has a length.
  virtual Piece split(std::string_view bytes, bool ended) = 0;

  /// Called once, when all of the input was split. Returns what is wrong with its end, if something is.
  virtual std::optional<Problem> finish() { return std::nullopt; }

  /// What is odd about the input as a whole, and known before anything is split: listed as a repair of its first
  /// record.
  [[nodiscard]] virtual std::optional<Problem> note() const { return std::nullopt; }

  /// Thread-safe.
  [[nodiscard]] virtual std::unique_ptr<TextParser> make_parser() const = 0;
};

}  // namespace bulkmarc
