#include "api/parts_description.hpp"

#include <string>

#include <nlohmann/json.hpp>

#include <bulkmarc/version.hpp>

namespace bulkmarc {

PartsDescription describe_parts(const ExportOptions& options, const Target::Impl::Parts& target,
                                const OpenedSource& source) {
  auto files = nlohmann::ordered_json::array();
  for (const struct ::stat& file : source.files) {
    files.push_back({{"bytes", file.st_size}, {"seconds", file.st_mtim.tv_sec}, {"nanoseconds", file.st_mtim.tv_nsec}});
  }
  const nlohmann::ordered_json run = {{"bulkmarc", version()},
                                      {"format", format_name(options.format)},
                                      {"compression", compression_name(options.compression)},
                                      {"level", options.compression_level.value_or(0)},
                                      {"strict", options.strict},
                                      {"to_utf8", options.to_utf8},
                                      {"nfc", options.nfc},
                                      {"split_records", target.options.records},
                                      {"split_size", target.options.bytes},
                                      {"inputs", source.reader->inputs().size()},
                                      {"files", files}};
  return {std::string(version()), std::string(format_name(options.format)),
          std::string(compression_name(options.compression)), run.dump()};
}

}  // namespace bulkmarc
