#pragma once

#include <string_view>

#include "text/buffer.hpp"
#include "text/byte_set.hpp"

namespace bulkmarc {

/// True when JSON text holds an escape such as \ud83d that is half of a surrogate pair, and not the other half beside
/// it. Such a half is not a character, and UTF-8 can't express it.
[[nodiscard]] bool holds_lone_surrogates(std::string_view json);

/// Appends `json` with \ufffd for every lone surrogate.
void append_without_lone_surrogates(std::string_view json, Buffer& output);

/// True when JSON text holds a delimiter of ISO 2709 as it is, which JSON forbids.
[[nodiscard]] bool holds_delimiters(std::string_view json);

/// Appends `json` with an escape for every delimiter within a string.
void append_with_escaped_delimiters(std::string_view json, Buffer& output);

inline constexpr ByteSet kPlainInJson(" !#-[]-~");

/// How JSON stands in a text, in which a quote or a backslash may be special once more: here as it is.
struct PlainJson {
  static constexpr char kJsonQuote[] = "\"";
  static constexpr char kJsonBackslash[] = "\\";
};

/// Emits a byte that a JSON string can't hold as it stands.
template <class Dialect = PlainJson, class Sink>
Sink put_json_escaped(Sink sink, char byte) {
  static constexpr char kHexDigits[] = "0123456789abcdef";
  sink.literal(Dialect::kJsonBackslash);
  if (byte == '"') {
    sink.literal(Dialect::kJsonQuote);
  } else if (byte == '\\') {
    sink.literal(Dialect::kJsonBackslash);
  } else {
    sink.piece("u00..", [byte](char* piece) {
      piece[3] = kHexDigits[static_cast<unsigned char>(byte) >> 4];
      piece[4] = kHexDigits[static_cast<unsigned char>(byte) & 0xF];
    });
  }
  return sink;
}

/// A short string that was not scanned for special bytes, without its quotes. Cold, so that the hot code around it
/// stays in registers: sinks go in and out by value.
template <class Dialect = PlainJson, class Sink>
[[gnu::cold, gnu::noinline]] Sink put_json_string(Sink sink, std::string_view value) {
  for (const char byte : value) {
    if (kPlainInJson.contains(byte) || static_cast<unsigned char>(byte) >= 0x7F) {
      sink.put(byte);
    } else {
      sink = put_json_escaped<Dialect>(sink, byte);
    }
  }
  return sink;
}

}  // namespace bulkmarc
