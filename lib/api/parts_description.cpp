#include "api/parts_description.hpp"

#include <optional>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <bulkmarc/version.hpp>

#include "output/sha256.hpp"
#include "tables/table_impl.hpp"

namespace bulkmarc {

namespace {

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
  for (const struct ::stat& file : source.files) {
    files.push_back({{"bytes", file.st_size}, {"seconds", file.st_mtim.tv_sec}, {"nanoseconds", file.st_mtim.tv_nsec}});
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
