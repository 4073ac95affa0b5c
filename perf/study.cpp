/// \file
/// Measures one line of a study of MARC writers (docs/performance.md): exports generated records to memory, or at once
/// or in turn to files of their own. Does it twice, verifies the result, and prints how many records were exported and
/// the seconds of the second time.
///
///     bulkmarc-study FORMAT RECORDS memory
///     bulkmarc-study FORMAT RECORDS once|turn FILE [EXPORTS]

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <bulkmarc/bulkmarc.hpp>

#include "generator/catalogue.hpp"

namespace {

using Records = std::vector<bulkmarc::Record>;

/// Streamed by one thread, as the writers of the study are.
void export_to(bulkmarc::Target target, const Records& records, bulkmarc::Format format) {
  bulkmarc::ExportOptions options;
  options.format = format;
  options.backend = bulkmarc::Backend::kStreamed;
  options.run.threads = 1;
  const auto report = bulkmarc::export_records(bulkmarc::Source::records(records), std::move(target), options);
  if (report.records_exported != records.size()) throw std::runtime_error("not every record was exported");
}

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Returns the seconds. `paths` are where the exports go: none is to memory.
double run(const Records& records, bulkmarc::Format format, std::string_view way,
           const std::vector<std::string>& paths) {
  std::string memory;
  const auto begin = std::chrono::steady_clock::now();
  if (paths.empty()) export_to(bulkmarc::Target::memory(memory), records, format);
  const auto policy = way == "once" ? std::launch::async : std::launch::deferred;
  std::vector<std::future<void>> exports;
  exports.reserve(paths.size());
  for (const std::string& path : paths) {
    exports.push_back(std::async(policy, [&records, &path, format] {
      export_to(bulkmarc::Target::file(path, {.sync = false}), records, format);
    }));
  }
  for (std::future<void>& finished : exports) finished.get();
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;

  if (!paths.empty()) export_to(bulkmarc::Target::memory(memory), records, format);
  for (const std::string& path : paths) {
    if (read(path) != memory) throw std::runtime_error(path + " differs");
    std::filesystem::remove(path);
  }
  return taken.count();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4 || argc > 6) {
    std::fputs("usage: bulkmarc-study FORMAT RECORDS memory|once|turn [FILE [EXPORTS]]\n", stderr);
    return 2;
  }
  try {
    const bulkmarc::Format format = bulkmarc::format_from_name(argv[1]).value();
    Records records(std::strtoul(argv[2], nullptr, 10));
    const Catalogue catalogue(1);
    for (std::size_t index = 0; index < records.size(); ++index) catalogue.make(index, records[index]);
    std::vector<std::string> paths;
    const int exports = argc == 6 ? std::atoi(argv[5]) : argc - 4;
    for (int number = 1; number <= exports; ++number) paths.push_back(fmt::format("{}-{}", argv[4], number));
    run(records, format, argv[3], paths);
    const double seconds = run(records, format, argv[3], paths);
    fmt::print("{} {:.9f}\n", records.size() * (paths.empty() ? 1 : paths.size()), seconds);
    return 0;
  } catch (const std::exception& error) {
    std::fputs(fmt::format("bulkmarc-study: {}\n", error.what()).c_str(), stderr);
    return 1;
  }
}
