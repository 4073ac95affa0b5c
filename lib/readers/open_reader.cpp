#include "readers/open_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "readers/input_format.hpp"
#include "readers/iso2709_file_reader.hpp"
#include "readers/iso2709_stream_reader.hpp"
#include "readers/peeked_stream.hpp"
#include "text/buffer.hpp"

namespace bulkmarc {
namespace {

/// True when the file is .mrc that can be read in any order.
bool is_seekable_iso2709(const InputFile& file) {
  if (!file.is_seekable()) return false;
  Buffer first;
  const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(kBytesThatTell, file.size()));
  file.read_at(0, first.room(length));
  first.set_size(length);
  return detect_format(first.view(), file.path()) == Format::kIso2709 && may_be_iso2709(first.view());
}

}  // namespace

std::unique_ptr<Reader> open_reader(InputFile file, std::size_t batch_bytes) {
  if (is_seekable_iso2709(file)) return std::make_unique<Iso2709FileReader>(std::move(file), batch_bytes);
  auto stream = std::make_unique<PeekedStream>(std::make_unique<InputFile>(std::move(file)));
  const std::string_view first_bytes = stream->peek(kBytesThatTell);
  if (!may_be_iso2709(first_bytes)) refuse_as_not_marc(first_bytes, stream->path());
  return std::make_unique<Iso2709StreamReader>(std::move(stream), batch_bytes);
}

}  // namespace bulkmarc
