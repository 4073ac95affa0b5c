#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include <bulkmarc/format.hpp>
#include <bulkmarc/record_view.hpp>

/// A record taken apart, for comparison with what another format's reader makes of it.
struct PlainSubfield {
  std::string code;
  std::string value;
  bool operator==(const PlainSubfield&) const = default;
};

struct PlainField {
  std::string tag;
  std::string data;  ///< Of a control field.
  std::string indicators;
  std::vector<PlainSubfield> subfields;
  bool operator==(const PlainField&) const = default;
};

struct PlainRecord {
  std::string leader;
  std::vector<PlainField> fields;
  bool operator==(const PlainRecord&) const = default;
};

std::ostream& operator<<(std::ostream& out, const PlainRecord& record);

/// What docs/formats.md says a record must look like once it has been written to a UTF-8 format and read again.
/// REQUIRES: the record's text is meant to be UTF-8, valid or not.
PlainRecord expected_in(bulkmarc::Format format, const bulkmarc::RecordView& record);

/// Readers of whole files. They throw std::runtime_error on what their format does not allow. read_json()
/// also reads NDJSON.
std::vector<PlainRecord> read_json(std::string_view text);
std::vector<PlainRecord> read_marcxml(std::string_view text);
std::vector<PlainRecord> read_mrk(std::string_view text);
std::vector<PlainRecord> read_back(bulkmarc::Format format, std::string_view text);

/// Throws std::runtime_error unless `text` is well-formed XML to a parser that is strict about it.
void require_well_formed_xml(std::string_view text);

/// `bytes` with U+FFFD for every maximal part that is not UTF-8, but that surrogate pairs become their character.
std::string valid_utf8(std::string_view bytes);

/// The first character of valid UTF-8.
std::string_view first_character(std::string_view text);
