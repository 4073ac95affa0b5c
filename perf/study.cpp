/// \file
/// Measures what a study of MARC writers measured, on as many records: see docs/performance.md. Prints one line a
/// measure: its name and its samples in seconds, with tabs between.
///
///     bulkmarc-study FOLDER [ROUNDS]

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <iterator>
#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <bulkmarc/bulkmarc.hpp>

#include "generator/catalogue.hpp"

namespace fs = std::filesystem;

namespace {

using Records = std::span<const bulkmarc::Record>;

std::vector<bulkmarc::Record> make_records(std::size_t count) {
  const Catalogue catalogue(1);
  std::vector<bulkmarc::Record> records(count);
  for (std::size_t index = 0; index < count; ++index) catalogue.make(index, records[index]);
  return records;
}

/// Both ways of one comparison are streamed, as those of the study are.
void export_to(bulkmarc::Target target, Records records, bulkmarc::Format format, int threads) {
  bulkmarc::ExportOptions options;
  options.format = format;
  options.backend = bulkmarc::Backend::kStreamed;
  options.run.threads = threads;
  const bulkmarc::Report report =
      bulkmarc::export_records(bulkmarc::Source::records(records), std::move(target), options);
  if (report.records_exported != records.size()) throw std::runtime_error("not every record was exported");
}

/// One format: its measures by name, each a function to time.
class Study {
 public:
  Study(Records records, bulkmarc::Format format, fs::path folder)
      : records_(records), format_(format), folder_(std::move(folder)) {}
  ~Study() {
    for (std::size_t part = 0; part < kMostParts; ++part) fs::remove(path(part));
  }
  Study(const Study&) = delete;
  Study& operator=(const Study&) = delete;

  /// Throws unless memory, file and concurrent files hold the same bytes.
  void verify() {
    to_memory(records_);
    to_file(records_, 0, 1);
    if (read(path(0)) != memory_) throw std::runtime_error("file and memory differ");
    to_memory(half());
    at_once(kMostParts);
    for (std::size_t i = 0; i < kMostParts; ++i) {
      if (read(path(i)) != memory_) throw std::runtime_error("concurrent exports differ");
    }
  }

  void run(int rounds) {
    std::map<std::string, std::function<void()>> measures = {
        {"10k to memory", [this] { to_memory(records_); }},
        {"10k to a file", [this] { to_file(records_, 0, 1); }},
        {"10k to a file, all cores", [this] { to_file(records_, 0, 0); }},
        {"5k to a file", [this] { to_file(half(), 0, 1); }},
        {"1k to memory", [this] { to_memory(records_.first(records_.size() / 10)); }},
    };
    for (const std::size_t parts : {std::size_t{2}, kMostParts}) {
      measures[fmt::format("{} x 5k in turn", parts)] = [this, parts] { in_turn(parts); };
      measures[fmt::format("{} x 5k at once", parts)] = [this, parts] { at_once(parts); };
    }
    std::map<std::string, std::vector<double>> samples;
    for (int round = 0; round < rounds; ++round) {
      for (const auto& [name, measure] : measures) samples[name].push_back(seconds_of(measure));
    }
    for (const auto& [name, seconds] : samples) {
      fmt::print("{} {}\t{:.9f}\n", bulkmarc::format_name(format_), name, fmt::join(seconds, "\t"));
    }
  }

 private:
  static constexpr std::size_t kMostParts = 4;

  static double seconds_of(const std::function<void()>& measure) {
    const auto begin = std::chrono::steady_clock::now();
    measure();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }
  static std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  [[nodiscard]] fs::path path(std::size_t part) const { return folder_ / fmt::format("study-{}", part); }
  /// As in the study, every part is the same 5,000 records.
  [[nodiscard]] Records half() const { return records_.first(records_.size() / 2); }
  void to_memory(Records records) { export_to(bulkmarc::Target::memory(memory_), records, format_, 1); }
  void to_file(Records records, std::size_t number, int threads) const {
    export_to(bulkmarc::Target::file(path(number), {.sync = false}), records, format_, threads);
  }
  void in_turn(std::size_t parts) const {
    for (std::size_t i = 0; i < parts; ++i) to_file(half(), i, 1);
  }
  void at_once(std::size_t parts) const {
    std::vector<std::future<void>> exports;
    for (std::size_t i = 0; i < parts; ++i) {
      exports.push_back(std::async(std::launch::async, [this, i] { to_file(half(), i, 1); }));
    }
    for (std::future<void>& finished : exports) finished.get();
  }

  Records records_;
  bulkmarc::Format format_;
  fs::path folder_;
  std::string memory_;
};

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc == 3 ? std::atoi(argv[2]) : 21;
  if (argc < 2 || argc > 3 || rounds < 1) {
    std::fputs("usage: bulkmarc-study FOLDER [ROUNDS]\n", stderr);
    return 2;
  }
  try {
    const std::vector<bulkmarc::Record> records = make_records(10'000);
    for (const bulkmarc::Format format : {bulkmarc::Format::kIso2709, bulkmarc::Format::kMarcXml}) {
      Study study(records, format, argv[1]);
      study.verify();
      study.run(rounds);
    }
    return 0;
  } catch (const std::exception& error) {
    std::fputs(fmt::format("bulkmarc-study: {}\n", error.what()).c_str(), stderr);
    return 1;
  }
}
