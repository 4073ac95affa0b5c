#pragma once

#include <simdjson.h>

#include <string_view>

#include "record/record_builder.hpp"
#include "text/specials.hpp"

namespace bulkmarc {

/// Parses the records that programs write: of the keys that MARC-in-JSON has, each of them once at most, and with
/// strings for values. The record itself may have other members, of which none holds an object or an array; they are
/// passed over. Members come in any order, with white space between them or not. Strings are found in one wide scan.
class QuickParser {
 public:
  /// Tells `builder`, which has begun, what the record says. Returns false when it is another one, which may still be
  /// sound; what the builder was told is then not defined. REQUIRES: bytes are readable as for TextParser::parse(), and
  /// there are no lone surrogates.
  bool parse(std::string_view record, RecordBuilder& builder);

 private:
  Specials specials_;
  simdjson::ondemand::parser unescaper_;
};

}  // namespace bulkmarc
