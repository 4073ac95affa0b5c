#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "formats/marcxml/xml_markup.hpp"
#include "input/text_reader.hpp"

namespace bulkmarc {

/// The names of elements, without prefixes.
namespace xml {

inline constexpr std::string_view kRecord = "record";

template <std::size_t N>
constexpr bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

/// True for what a record of MARCXML is made of.
constexpr bool is_field(std::string_view name) {
  return name == "leader" || name == "controlfield" || name == "datafield" || name == "subfield";
}

/// True for what a `record` of OAI-PMH or SRU is made of, which wraps one of MARCXML.
constexpr bool is_of_wrapper(std::string_view name) {
  constexpr std::array<std::string_view, 9> kNames = {"header",         "metadata",         "about",
                                                      "recordSchema",   "recordData",       "recordPacking",
                                                      "recordPosition", "recordIdentifier", "recordXMLEscaping"};
  return is_one_of(kNames, name);
}

}  // namespace xml

/// The elements around the records of a document: those that are open, and what is known of all that there were.
class MarcXmlEnvelope {
 public:
  static constexpr std::size_t kDeepest = 100;

  /// Takes note of an element, before it is opened, if it is.
  void meet(std::string_view name);
  /// REQUIRES: fewer than kDeepest are open.
  void open(std::string_view name) { opened_.push_back({std::string(name), false}); }
  /// Closes the innermost element of that name, and those within it; does nothing where there is none.
  void close(std::string_view name);
  /// Takes note of a record: what stands beside it is other records.
  void meet_record() {
    if (!opened_.empty()) opened_.back().holds_records = true;
  }
  /// Takes note of what a wrapper holds in place of a record.
  void meet_stranger(std::string_view name) {
    if (stranger_.empty()) stranger_ = name;
  }

  [[nodiscard]] std::size_t depth() const { return opened_.size(); }
  /// The name of the innermost element that is open. REQUIRES: there is one.
  [[nodiscard]] const std::string& innermost() const { return opened_.back().name; }
  /// True where there is no text in a well-formed document that holds nothing but records.
  [[nodiscard]] bool excludes_text() const;
  /// The local name of the first element; empty before there was one.
  [[nodiscard]] const std::string& root() const { return root_; }
  /// The name of the first element that has no place in a document that holds MARC records or none; or empty.
  [[nodiscard]] const std::string& stranger() const { return stranger_; }

 private:
  struct Opened {
    std::string name;
    bool holds_records;
  };
  std::vector<Opened> opened_;
  std::string root_;
  std::string stranger_;
};

/// What a `record` of OAI-PMH or SRU wraps, where no `record` element stands in it.
struct MarcXmlPayload {
  /// The name of its first element; empty where it begins with text.
  std::string_view element;
  /// The text that it begins with, up to the end of the wrapper: a record of MARCXML that is escaped, or stands in a
  /// CDATA section; empty where there is neither text nor an element, as in a record that was deleted.
  std::string_view text;

  [[nodiscard]] bool empty() const { return element.empty() && text.empty(); }
};

/// Looks for the payload of a whole wrapper, whose markup need not be well-formed.
[[nodiscard]] MarcXmlPayload payload_of(std::string_view wrapper);

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
  TextPiece split(std::string_view bytes, bool ended) override;
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

  TextPiece split_markup();
  /// Text between records: what is not white space has no place there.
  TextPiece pass_text();
  TextPiece pass_other_format();
  TextPiece pass_rest_of_opaque();
  TextPiece pass_doctype();
  TextPiece pass_end_tag();
  TextPiece pass_start_tag();
  TextPiece open(std::string_view name, std::size_t tag_length);
  /// Tells a record from a wrapper by what follows its tag.
  TextPiece enter_record(std::string_view name, std::size_t tag_length);
  TextPiece enter_wrapper(std::string_view name, std::size_t tag_length, const End& end);
  /// Where the first child of the record at the beginning of bytes_ begins, or npos when that is not there yet.
  std::size_t find_first_child(std::size_t tag_length);
  /// Finds the end of the record that bytes_ begin with: its end tag, which has its prefix if one is given, or else the
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
  [[nodiscard]] TextPiece piece_of(const End& end) const;
  /// What is too long to have an end is given up.
  [[nodiscard]] TextPiece more() const;

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
