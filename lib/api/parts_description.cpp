#include "api/parts_description.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <bulkmarc/error.hpp>
#include <bulkmarc/version.hpp>

#include "output/sha256.hpp"
#include "tables/table_impl.hpp"

namespace bulkmarc {

namespace {

/// A digest of the first and the last bytes of a file, which tells it from another one of its size and time: headers,
/// control numbers and dates stand there. It costs two short reads however long the file is. Empty where it can't be
/// read, which the run will find out.
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

/// A digest of all of it, as lists of control numbers may be long.
std::string digest_of(const Selection& selection) {
  const std::optional<Sample>& sample = selection.sample;
  std::string text =
      fmt::format("{} {} {} {} {}", selection.skip, selection.limit ? *selection.limit + 1 : 0,
                  sample ? sample->records + 1 : 0, sample ? sample->seed : 0, selection.ids.has_value());
  for (const std::string& expression : {selection.where, selection.fields, selection.drop_fields}) {
    text += fmt::format(" {}:{}", expression.size(), expression);
  }
  Sha256 digest;
  digest.add(text);
  if (selection.ids) {
    for (const std::string& id : *selection.ids) digest.add(id + "\n");
  }
  return digest.digest();
}

}  // namespace

PartsDescription describe_parts(const ExportOptions& options, const Target::Impl::Parts& target,
                                const OpenedSource& source) {
  auto files = nlohmann::ordered_json::array();
  for (const SourceFile& file : source.files) {
    files.push_back({{"bytes", file.status.st_size},
                     {"seconds", file.status.st_mtim.tv_sec},
                     {"nanoseconds", file.status.st_mtim.tv_nsec},
                     {"ends", digest_of_ends(file)}});
  }
  const nlohmann::ordered_json run = {{"bulkmarc", version()},
                                      {"format", format_name(options.format)},
                                      {"table", options.table ? options.table->impl().description : ""},
                                      {"compression", compression_name(options.compression)},
                                      {"level", options.compression_level.value_or(0)},
                                      {"strict", options.strict},
                                      {"to_utf8", options.to_utf8},
                                      {"nfc", options.nfc},
                                      {"selection", digest_of(options.selection)},
                                      {"split_records", target.options.records},
                                      {"split_size", target.options.bytes},
                                      {"source", target.options.source},
                                      {"inputs", source.reader->inputs().size()},
                                      {"files", files}};
  return {std::string(version()), std::string(format_name(options.format)),
          std::string(compression_name(options.compression)), run.dump()};
}

}  // namespace bulkmarc
