#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "formats/marcxml/envelope.hpp"
#include "formats/marcxml/xml_markup.hpp"
#include "input/text_format.hpp"

namespace bulkmarc {

/// MARCXML in UTF-8. A record is a `record` element, with any prefix, unless it is the wrapper of one, as its first
/// child tells: those of OAI-PMH and SRU. A wrapper in which no `record` stands is a piece, too, unless it wraps
/// nothing. Around records any elements may stand. Splitting looks at whole tags between records, but within a record
/// only for what could be its end, and for what could hide it.
class MarcXmlFormat final : public TextFormat {
 public:
  /// `path` is for errors.
  explicit MarcXmlFormat(std::filesystem::path path) : path_(std::move(path)) {}

  void set_note(Problem note) { note_ = std::move(note); }
  [[nodiscard]] std::optional<Problem> note() const override { return note_; }

  [[nodiscard]] bool recognizes(std::string_view first_bytes) const override;
  /// Throws Error (kInputRefused) for a document that defines entities, or whose elements are nested too deep.
  Piece split(std::string_view bytes, bool ended) override;
  /// Throws Error (kNotMarc) when there was no record with a field, and not the document of somebody who has none to
  /// give either.
  std::optional<Problem> finish() override;
  [[nodiscard]] std::unique_ptr<TextParser> make_parser() const override;

 private:
  /// How far a record reaches, and what ends it.
  struct End {
    enum class Kind { kMore, kEndTag, kOtherTag, kTooLong } kind;
    std::size_t length;
  };

  Piece split_markup();
  /// Text between records: what is not white space has no place there.
  Piece pass_text();
  Piece pass_other_format();
  Piece pass_rest_of_opaque();
  Piece pass_doctype();
  Piece pass_end_tag();
  Piece pass_start_tag();
  Piece open(std::string_view name, std::size_t tag_length);
  /// Tells a record from a wrapper by what follows its tag.
  Piece enter_record(std::string_view name, std::size_t tag_length);
  Piece enter_wrapper(std::string_view name, std::size_t tag_length, const End& end);
  /// Where the first child of the record at the beginning of bytes_ begins, or npos when that is not there yet.
  std::size_t find_first_child(std::size_t tag_length);
  /// Finds the end of the record that bytes_ begin with: its end tag, which has its prefix if that is told, or else the
  /// place where it can't go on.
  End find_end(std::size_t from, std::optional<std::string_view> prefix);
  /// Where the opaque markup that begins at `at` ends, or npos when that is not there yet, or never.
  std::size_t end_of(const xml::Opaque& opaque, std::size_t at);
  /// Where the markup "<!" or "<?" at `at`, within a record, ends, or npos when that is not there yet. What has no end
  /// hides nothing.
  [[nodiscard]] std::size_t pass_opaque(std::size_t at);
  /// Tells whether the record ends at the word "record", and where.
  std::optional<End> end_at_word(std::size_t word, std::optional<std::string_view> prefix);
  End more(std::size_t searched);
  [[nodiscard]] Piece piece_of(const End& end) const;
  /// What is too long to have an end is given up.
  [[nodiscard]] Piece more() const;

  std::filesystem::path path_;
  std::optional<Problem> note_;
  std::string_view bytes_;
  bool ended_ = false;

  std::size_t searched_ = 0;       // Where the search for the end of the current record goes on.
  std::string_view opaque_until_;  // What ends the current opaque markup, between records.
  /// Of each kind of opaque markup: the input holds no end of it any more.
  std::array<bool, xml::kOpaque.size()> is_endless_ = {};
  bool in_line_ = false;          // The text that goes on is not the beginning of its line.
  bool is_other_format_ = false;  // The text that goes on is not XML.
  MarcXmlEnvelope envelope_;
  bool any_record_ = false;
  bool cut_off_ = false;  // The input ends within a piece.
};

}  // namespace bulkmarc
