#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "input/text_reader.hpp"
#include "text/buffer.hpp"
#include "text/specials.hpp"

namespace bulkmarc {

/// Makes records of MARCXML's record elements, in one pass over their text. Checks that they are well-formed as it
/// goes, and keeps no tree of them: their elements are nested three deep. Of a wrapper that holds a record as text,
/// that text is parsed.
class MarcXmlParser final : public TextParser {
 public:
  std::optional<Problem> parse(std::string_view piece, RecordBuilder& builder) override;

 private:
  struct Tag {
    std::string_view name;
    bool is_empty = false;
  };
  /// The attributes that fields have; those that a tag has not are empty.
  struct Attributes {
    std::string_view tag, ind1, ind2, code;
  };

  // All of these go on from at_. They return false when the text can't go on like that, and fail() says why.
  bool read_piece(RecordBuilder& builder);
  bool read_record(RecordBuilder& builder);
  /// Reads the record that a wrapper holds as text.
  bool read_wrapped(RecordBuilder& builder);
  /// Reads a record with all that may stand around it in a document of its own.
  bool read_document(RecordBuilder& builder);
  bool read_field(RecordBuilder& builder);
  bool read_data_field(const Tag& field, RecordBuilder& builder);
  bool read_control_field(const Tag& field, RecordBuilder& builder);
  /// Reads an element of a record that MARCXML does not have.
  bool read_odd_element(const Tag& element, RecordBuilder& builder);
  bool read_subfields(const Tag& field, RecordBuilder& builder);
  bool read_subfield(RecordBuilder& builder);
  /// Reads an element of a data field that MARCXML does not have.
  bool read_odd_subfield(const Tag& element, RecordBuilder& builder);
  /// Reads the rest of an element, whatever other elements it holds, and adds the text of all of them to `text`.
  bool read_odd_content(const Tag& element, std::string& text);
  bool read_start_tag(Tag& tag);
  /// Reads a start tag, if it is written as most writers write those of which there are many.
  bool read_usual_tag(Tag& tag);
  bool read_attribute();
  bool check_attribute_names();
  std::string_view read_name();
  bool read_end_tag(std::string_view name);
  /// Reads the text of an element that holds nothing else, and its end tag.
  bool read_element_text(const Tag& tag, std::string_view& text);
  /// Reads text up to a tag. It is valid until more text is read.
  bool read_text(std::string_view& text);
  bool read_divided_text(std::size_t begin, std::string_view& text);
  /// Reads a comment, an instruction or a CDATA section, of which the data is added to text_.
  bool read_opaque();
  /// Reads the value of an attribute that can't be taken as it stands.
  bool read_odd_value(std::string_view value, std::string& text);

  /// The tag of the current field, mended if that can be done, and sets tag_repair_. Valid until the next field.
  std::string_view mended_tag();
  void release_memory();
  /// Notes why the text can't go on at at_. Returns false.
  bool fail(std::string what);
  bool fail_at_reference();
  void skip_white_space();
  /// The place of the first byte from at_ on that text may not simply go on with, or the end.
  [[nodiscard]] std::size_t next_special() const;
  /// True where a comment, an instruction, a CDATA section or a declaration begins. REQUIRES: a `<` is there.
  [[nodiscard]] bool is_opaque() const {
    return at_ + 1 < xml_.size() && (xml_[at_ + 1] == '!' || xml_[at_ + 1] == '?');
  }
  /// True where the `>` at at_ is the end of a CDATA section, which text can't hold.
  [[nodiscard]] bool ends_cdata() const { return xml_.substr(0, at_).ends_with("]]"); }
  /// True when `markup` stands at at_.
  [[nodiscard]] bool at(std::string_view markup) const { return xml_.substr(at_).starts_with(markup); }

  std::string_view xml_;
  std::size_t at_ = 0;
  Specials specials_;
  bool has_fields_ = false;  // A leader or field was read.
  bool is_wrapped_ = false;  // The record is the text of a wrapper.
  Attributes attributes_;
  std::vector<std::string_view> names_;  // Of the attributes of the current tag.
  std::array<std::string, 5> values_;    // Of attributes whose text had to be changed; the last is of all the others.
  std::string tag_;                      // Of the current field, where it had to be changed.
  std::string_view tag_repair_;          // What was done about it, for people, if something was.
  std::string_view control_tag_;         // Of the current control field.
  std::string text_;
  std::string odd_text_;
  std::vector<std::string_view> odd_elements_;  // The names of those that are open.
  std::string wrapped_;
  Buffer valid_;
  std::string failure_;
};

}  // namespace bulkmarc
