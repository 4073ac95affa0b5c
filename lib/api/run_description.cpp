#include "api/run_description.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

#include <fmt/format.h>

#include <bulkmarc/error.hpp>
#include <bulkmarc/version.hpp>

#include "formats/xlsx/xlsx_encoder.hpp"
#include "input/byte_stream.hpp"
#include "output/sha256.hpp"
#include "record/internals.hpp"
#include "tables/table_impl.hpp"

namespace bulkmarc {
namespace {

/// A digest of all of it, as lists of control numbers may be long.
std::string digest_of(const Selection& selection) {
  const std::optional<Sample>& sample = selection.sample;
  std::string text = fmt::format("{} {} {} {} {} {}", selection.skip, selection.limit ? *selection.limit + 1 : 0,
                                 sample ? sample->records + 1 : 0, sample ? sample->seed : 0, selection.ids.has_value(),
                                 selection.unique ? static_cast<int>(*selection.unique) + 1 : 0);
  for (const std::string& expression : {selection.where, selection.fields, selection.drop_fields}) {
    text += fmt::format(" {}:{}", expression.size(), expression);
  }
  Sha256 digest;
  digest.add(text);
  if (selection.ids) {
    for (const std::string& id : *selection.ids) digest.add(id + "\n");
  }
  if (selection.numbers) {
    for (const std::uint64_t number : *selection.numbers) digest.add(fmt::format("#{}\n", number));
  }
  return digest.digest();
}

}  // namespace

std::string digest_of_ends(const SourceFile& file) try {
  constexpr std::uint64_t kEnd = 64 * 1024;
  const auto size = static_cast<std::uint64_t>(file.status.st_size);
  const InputFile opened(file.path);
  Sha256 digest;
  std::string bytes(static_cast<std::size_t>(std::min(size, kEnd)), '\0');
  for (const std::uint64_t offset : {std::uint64_t{0}, size - bytes.size()}) {
    opened.read_at(offset, bytes);
    digest.add(bytes);
  }
  return digest.digest();
} catch (const Error&) {
  return {};
}

ExportOptions complete(ExportOptions options) {
  const bool is_xlsx = options.format == Format::kXlsx;
  if (is_xlsx || options.for_excel) options.table = Table::Impl::of_cells(*options.table);
  if (is_xlsx && !options.encoder) options.encoder = make_xlsx_encoder;
  return options;
}

nlohmann::ordered_json describe_bytes(const ExportOptions& options) {
  return {{"bulkmarc", version()},
          {"format", format_name(options.format)},
          {"table", options.table ? Internals::of(*options.table)->description : ""},
          {"for_excel", options.for_excel},
          {"compression", compression_name(options.compression)},
          {"level", options.compression_level.value_or(0)},
          {"strict", options.run.strict},
          {"to_utf8", options.to_utf8},
          {"nfc", options.run.nfc},
          {"selection", digest_of(options.run.selection)},
          {"rules", options.run.rules.has_value()},
          {"predicate", static_cast<bool>(options.run.predicate)},
          {"change", static_cast<bool>(options.run.change)}};
}

}  // namespace bulkmarc
