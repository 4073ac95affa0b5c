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

class Study {
 public:
  Study(bulkmarc::Format format, std::size_t count) : records_(count) {
    const Catalogue catalogue(1);
    for (std::size_t index = 0; index < count; ++index) catalogue.make(index, records_[index]);
    // Streamed by one thread, as the writers of the study are.
    options_.format = format;
    options_.backend = bulkmarc::Backend::kStreamed;
    options_.threads = 1;
    to_memory();
  }

  void to_memory() { export_to(bulkmarc::Target::memory(memory_)); }
  void in_turn(const std::vector<std::string>& paths) const {
    for (const std::string& path : paths) to_file(path);
  }
  void at_once(const std::vector<std::string>& paths) const {
    std::vector<std::future<void>> exports;
    for (const std::string& path : paths) {
      exports.push_back(std::async(std::launch::async, [this, &path] { to_file(path); }));
    }
    for (std::future<void>& finished : exports) finished.get();
  }

  /// Throws unless the file holds what was exported to memory.
  void verify(const std::string& path) const {
    std::ifstream file(path, std::ios::binary);
    if (std::string(std::istreambuf_iterator<char>(file), {}) != memory_) throw std::runtime_error(path + " differs");
  }

 private:
  void to_file(const std::string& path) const { export_to(bulkmarc::Target::file(path, {.sync = false})); }
  void export_to(bulkmarc::Target target) const {
    const auto report = bulkmarc::export_records(bulkmarc::Source::records(records_), std::move(target), options_);
    if (report.records_exported != records_.size()) throw std::runtime_error("not every record was exported");
  }

  std::vector<bulkmarc::Record> records_;
  bulkmarc::ExportOptions options_;
  std::string memory_;
};

void run(const std::string& format, std::size_t count, std::string_view way, const std::vector<std::string>& paths) {
  Study study(bulkmarc::format_from_name(format).value(), count);
  std::chrono::duration<double> taken{};
  for (int time = 0; time < 2; ++time) {
    const auto begin = std::chrono::steady_clock::now();
    if (way == "memory") study.to_memory();
    if (way == "turn") study.in_turn(paths);
    if (way == "once") study.at_once(paths);
    taken = std::chrono::steady_clock::now() - begin;
    for (const std::string& path : paths) study.verify(path);
  }
  for (const std::string& path : paths) std::filesystem::remove(path);
  fmt::print("{} {:.9f}\n", count * (paths.empty() ? 1 : paths.size()), taken.count());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4 || argc > 6) {
    std::fputs("usage: bulkmarc-study FORMAT RECORDS memory|once|turn [FILE [EXPORTS]]\n", stderr);
    return 2;
  }
  try {
    std::vector<std::string> paths;
    const int exports = argc == 6 ? std::atoi(argv[5]) : argc == 5 ? 1 : 0;
    for (int number = 1; number <= exports; ++number) paths.push_back(fmt::format("{}-{}", argv[4], number));
    run(argv[1], std::strtoul(argv[2], nullptr, 10), argv[3], paths);
    return 0;
  } catch (const std::exception& error) {
    std::fputs(fmt::format("bulkmarc-study: {}\n", error.what()).c_str(), stderr);
    return 1;
  }
}
