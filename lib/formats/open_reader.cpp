#include "formats/open_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include <bulkmarc/error.hpp>

#include "formats/detection.hpp"
#include "formats/iso2709/reader.hpp"
#include "formats/marcjson/reader.hpp"
#include "formats/marcxml/reader.hpp"
#include "formats/marcxml/xml_encoding.hpp"
#include "formats/mrk/reader.hpp"
#include "input/byte_stream.hpp"
#include "input/decoder.hpp"
#include "input/decompression.hpp"
#include "input/stream_reader.hpp"
#include "input/text_reader.hpp"
#include "input/transcoder.hpp"
#include "text/buffer.hpp"

namespace bulkmarc {
namespace {

/// The stream itself, or what it holds if it is compressed.
std::unique_ptr<PeekedStream> decompressed(std::unique_ptr<PeekedStream> stream) {
  const auto codec = codec_of(stream->peek(kCodecSignLength));
  if (!codec) return stream;
  return std::make_unique<PeekedStream>(std::make_unique<Decompressor>(std::move(stream), *codec));
}

/// Throws what has ended the stream so early, if something has, or else that it is not MARC.
[[noreturn]] void refuse(const PeekedStream& stream, std::string_view first_bytes) {
  stream.throw_failure();
  refuse_as_not_marc(first_bytes, stream.path());
}

std::unique_ptr<StreamReader> read_xml(std::unique_ptr<PeekedStream> stream, std::size_t batch_bytes) {
  const XmlEncoding encoding = xml_encoding_of(stream->peek(kBytesThatTell));
  auto format = std::make_unique<MarcXmlFormat>(stream->path());
  if (!encoding.contradiction.empty()) format->set_note({Reason::kMislabelled, encoding.contradiction});
  std::unique_ptr<ByteStream> text = std::move(stream);
  if (!encoding.name.empty()) text = std::make_unique<Transcoder>(std::move(text), encoding.name);
  return std::make_unique<TextReader>(std::move(text), std::move(format), batch_bytes);
}

std::unique_ptr<StreamReader> read_text(std::unique_ptr<PeekedStream> stream, std::unique_ptr<TextFormat> format,
                                        std::size_t batch_bytes) {
  const std::string_view first_bytes = stream->peek(kBytesThatTell);
  if (!format->recognizes(first_bytes)) refuse(*stream, first_bytes);
  return std::make_unique<TextReader>(std::move(stream), std::move(format), batch_bytes);
}

std::unique_ptr<StreamReader> read_stream(std::unique_ptr<ByteStream> original, std::optional<Format> wanted,
                                          std::size_t batch_bytes, const Charset* charset) {
  auto stream = decompressed(std::make_unique<PeekedStream>(std::move(original)));
  const std::string_view first_bytes = stream->peek(kBytesThatTell);
  const Format format = choose_format(wanted, first_bytes, stream->path());
  if (charset != nullptr && format != Format::kMrk && format != Format::kIso2709) {
    throw Error(ErrorCode::kInputEncoding, stream->path(),
                fmt::format("is {}, and a character set can be named only for mrc and mrk", format_name(format)));
  }
  switch (format) {
    case Format::kMarcXml:
      return read_xml(std::move(stream), batch_bytes);
    case Format::kJson:
    case Format::kNdjson:
      return read_text(std::move(stream), std::make_unique<JsonFormat>(), batch_bytes);
    case Format::kMrk:
      return read_text(std::move(stream), std::make_unique<MrkFormat>(charset), batch_bytes);
    case Format::kIso2709:
    case Format::kCsv:
    case Format::kTsv:
    case Format::kPgCopy:
    case Format::kParquet:
    case Format::kArrow:
    case Format::kXlsx:
      break;
  }
  if (!may_be_iso2709(first_bytes)) refuse(*stream, first_bytes);
  return std::make_unique<Iso2709StreamReader>(std::move(stream), batch_bytes, charset);
}

}  // namespace

bool is_seekable_iso2709(const ByteStream& stream, std::optional<Format> wanted) {
  const RandomAccess* bytes = stream.random_access();
  if (bytes == nullptr) return false;
  Buffer first;
  const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(kBytesThatTell, bytes->size()));
  bytes->read_at(0, first.room(length));
  first.set_size(length);
  return !codec_of(first.view()) && choose_format(wanted, first.view(), stream.path()) == Format::kIso2709 &&
         may_be_iso2709(first.view());
}

std::unique_ptr<Reader> open_reader(std::unique_ptr<ByteStream> stream, std::optional<Format> wanted,
                                    std::size_t batch_bytes, const Charset* charset) {
  if (is_seekable_iso2709(*stream, wanted)) {
    return std::make_unique<Iso2709RangeReader>(std::move(stream), batch_bytes, charset);
  }
  return read_stream(std::move(stream), wanted, batch_bytes, charset);
}

std::unique_ptr<Reader> open_stream_reader(std::unique_ptr<ByteStream> stream, std::optional<Format> wanted,
                                           std::size_t batch_bytes, bool keep_going, const Charset* charset) {
  std::unique_ptr<StreamReader> reader = read_stream(std::move(stream), wanted, batch_bytes, charset);
  if (keep_going) reader->keep_going();
  return reader;
}

bool file_holds_records(const std::filesystem::path& path) try {
  const auto stream = decompressed(std::make_unique<PeekedStream>(std::make_unique<InputFile>(path)));
  return holds_records(stream->peek(kBytesThatTell));
} catch (const Error&) {
  return true;
}

}  // namespace bulkmarc
