#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "input/reader.hpp"
#include "input/stream_reader.hpp"
#include "record/field_location.hpp"
#include "record/record_builder.hpp"

namespace bulkmarc {

/// The byte order mark of UTF-8. The reader takes it away before it asks the format.
inline constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";

/// How many bytes a parser may read beyond its piece. What they hold is undefined.
inline constexpr std::size_t kReadableBeyondPiece = 64;

/// What stands at the beginning of some text.
struct TextPiece {
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
[[nodiscard]] inline TextPiece split_other_format(std::string_view bytes, bool ended, std::string_view format) {
  const bool enough = ended || bytes.size() >= kLongestPiece;
  return {enough ? TextPiece::Kind::kOther : TextPiece::Kind::kMore, bytes.size(), format};
}

/// Makes records of pieces. Holds the memory that this takes; one task uses it at a time.
class TextParser {
 public:
  virtual ~TextParser() = default;

  /// Tells `builder`, which has begun, what the piece says. Returns why it is not a record, if so. Never throws,
  /// whatever the piece holds. The piece may be read beyond by kReadableBeyondPiece.
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
  virtual TextPiece split(std::string_view bytes, bool ended) = 0;

  /// Called once, when all of the input was split. Returns what is wrong with its end, if something is.
  virtual std::optional<Problem> finish() { return std::nullopt; }

  /// What is odd about the input as a whole, and known before anything is split: listed as a repair of its first
  /// record.
  [[nodiscard]] virtual std::optional<Problem> note() const { return std::nullopt; }

  /// Thread-safe.
  [[nodiscard]] virtual std::unique_ptr<TextParser> make_parser() const = 0;
};

/// Records in a text format, read once: dealing splits the text at their boundaries, loading parses them.
class TextReader final : public StreamReader {
 public:
  TextReader(std::unique_ptr<ByteStream> stream, std::unique_ptr<TextFormat> format, std::size_t batch_bytes)
      : StreamReader(std::move(stream), batch_bytes), format_(std::move(format)) {}

  void load(Batch& batch) override;

 protected:
  std::size_t split(Batch& batch, std::size_t limit) override;
  std::optional<Problem> finish() override { return format_->finish(); }

 private:
  /// Takes the piece at `position`, as far as it is there, and returns where the next one begins.
  std::size_t take(Batch& batch, std::size_t position);
  /// What `bytes` begin with, after a byte order mark.
  TextPiece split_piece(std::string_view bytes, bool is_end);
  /// What becomes of a piece that does not end within the bytes that are there.
  std::size_t take_endless(Batch& batch, std::size_t position);
  /// Appends `length` bytes of the input, or all that is left of it.
  void read_all(Batch& batch, std::size_t length);

  void load_record(Batch& batch, std::size_t index, TextParser& parser, RecordBuilder& builder);
  /// The same for a record of many megabytes: one at a time, because parsing takes a multiple of that.
  void load_much(Batch& batch, std::size_t index);

  std::unique_ptr<TextParser> take_parser();
  void give_back(std::unique_ptr<TextParser> parser);

  std::unique_ptr<TextFormat> format_;
  std::optional<std::uint64_t> first_record_;  // Its offset. It does not change once a batch has a record.
  std::mutex mutex_;
  std::vector<std::unique_ptr<TextParser>> idle_;
  std::mutex much_;
};

}  // namespace bulkmarc
