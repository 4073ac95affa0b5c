#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>

#include <bulkmarc/format.hpp>

#include "input/byte_stream.hpp"
#include "input/reader.hpp"
#include "text/charset.hpp"

namespace bulkmarc {

/// The reader of an input: in the `wanted` format, or else the one that its first bytes or its name tell. Reads no more
/// than these bytes. `charset` is what text in ISO 2709 and mrk is in; null where each record says so. Throws Error:
/// kNotMarc for what does not look like MARC records in that format, kInputEncoding for other formats with a charset.
std::unique_ptr<Reader> open_reader(std::unique_ptr<ByteStream> stream, std::optional<Format> wanted,
                                    std::size_t batch_bytes, const Charset* charset = nullptr);

/// The same, but the input is read once, whatever it is. With `keep_going`, what ends it before its end is a reject
/// (StreamReader::keep_going()).
std::unique_ptr<Reader> open_stream_reader(std::unique_ptr<ByteStream> stream, std::optional<Format> wanted,
                                           std::size_t batch_bytes, bool keep_going = false,
                                           const Charset* charset = nullptr);

/// True for what open_reader() gives an Iso2709RangeReader: ISO 2709 that can be read in any order.
[[nodiscard]] bool is_seekable_iso2709(const ByteStream& stream, std::optional<Format> wanted);

/// Whether a regular file, compressed or not, holds records by its first bytes (holds_records()). True, too, for one
/// that can't be read: whoever reads it then finds out why.
[[nodiscard]] bool file_holds_records(const std::filesystem::path& path);

}  // namespace bulkmarc
