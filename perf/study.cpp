/// \file
/// Measures one line of a study of MARC writers (docs/performance.md): exports generated records to memory, or to files
/// that exist, in turn or at once, by threads of one process or by a process each. `plain-` is the least that a program
/// does for the same bytes: it writes them beside the file in one piece and renames that over it. Runs several rounds,
/// verifies what each export has left, and prints how many records a round exported and its median seconds.
///
///     bulkmarc-study FORMAT RECORDS memory
///     bulkmarc-study FORMAT RECORDS [plain-]turn|threads|processes FILE [EXPORTS]

#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <bulkmarc/bulkmarc.hpp>

#include "generator/catalogue.hpp"

namespace {

using Clock = std::chrono::steady_clock;
using Records = std::vector<bulkmarc::Record>;

// There are at least so many rounds, and rounds for at least so long.
constexpr std::size_t kRounds = 15;
constexpr double kSeconds = 0.5;

/// Streamed by one thread, as the writers of the study are.
void export_to(bulkmarc::Target target, const Records& records, bulkmarc::Format format) {
  bulkmarc::ExportOptions options;
  options.format = format;
  options.backend = bulkmarc::Backend::kStreamed;
  options.run.threads = 1;
  const auto report = bulkmarc::export_records(bulkmarc::Source::records(records), std::move(target), options);
  if (report.records_exported != records.size()) throw std::runtime_error("not every record was exported");
}

void write_plainly(const std::string& path, std::string_view bytes) {
  const std::string beside = path + ".new";
  const int file = open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
  const bool written = file >= 0 && write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
  if (!written || close(file) != 0 || rename(beside.c_str(), path.c_str()) != 0) throw std::runtime_error(path);
}

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Where threads, or processes, begin and end a round together. In memory that forked processes share.
class Rendezvous {
 public:
  explicit Rendezvous(unsigned parties) {
    pthread_barrierattr_t attributes;
    pthread_barrierattr_init(&attributes);
    pthread_barrierattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    void* shared = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) throw std::bad_alloc();
    shared_ = new (shared) Shared;
    pthread_barrier_init(&shared_->barrier, &attributes, parties);
  }
  void wait() const { pthread_barrier_wait(&shared_->barrier); }
  /// There is no other round. Said by one party before wait(), and seen by all after it.
  void end() const { shared_->is_over = true; }
  [[nodiscard]] bool is_over() const { return shared_->is_over; }

 private:
  struct Shared {
    pthread_barrier_t barrier = {};
    bool is_over = false;
  };

  Shared* shared_;
};

using Export = std::function<void(const std::string& path)>;

double median_of_rounds(const std::function<void()>& round) {
  std::vector<double> seconds;
  double all = 0;
  while (seconds.size() < kRounds || all < kSeconds) {
    const auto begin = Clock::now();
    round();
    seconds.push_back(std::chrono::duration<double>(Clock::now() - begin).count());
    all += seconds.back();
  }
  const std::size_t middle = seconds.size() / 2;
  std::ranges::nth_element(seconds, seconds.begin() + static_cast<std::ptrdiff_t>(middle));
  return seconds[middle];
}

void take_part(const Rendezvous& rendezvous, const Export& run, const std::string& path) {
  for (rendezvous.wait(); !rendezvous.is_over(); rendezvous.wait()) {
    run(path);
    rendezvous.wait();
  }
}

double lead(const Rendezvous& rendezvous) {
  const double seconds = median_of_rounds([&] {
    rendezvous.wait();
    rendezvous.wait();
  });
  rendezvous.end();
  rendezvous.wait();
  return seconds;
}

double in_turn(const Export& run, const std::vector<std::string>& paths) {
  return median_of_rounds([&] { std::ranges::for_each(paths, run); });
}

double by_threads(const Export& run, const std::vector<std::string>& paths) {
  const Rendezvous rendezvous(static_cast<unsigned>(paths.size()) + 1);
  std::vector<std::jthread> threads;
  threads.reserve(paths.size());
  for (const std::string& path : paths) threads.emplace_back([&] { take_part(rendezvous, run, path); });
  return lead(rendezvous);
}

/// A process that fails leaves the others waiting, so it ends all of them.
double by_processes(const Export& run, const std::vector<std::string>& paths) {
  const Rendezvous rendezvous(static_cast<unsigned>(paths.size()) + 1);
  for (const std::string& path : paths) {
    if (fork() != 0) continue;
    try {
      take_part(rendezvous, run, path);
      _exit(0);
    } catch (...) {
      ::kill(0, SIGTERM);
    }
  }
  const double seconds = lead(rendezvous);
  while (wait(nullptr) > 0) continue;
  return seconds;
}

double measure(std::string_view way, const Export& run, const std::vector<std::string>& paths) {
  if (way == "turn") return in_turn(run, paths);
  if (way == "threads") return by_threads(run, paths);
  if (way == "processes") return by_processes(run, paths);
  throw std::invalid_argument(fmt::format("no such way: {}", way));
}

/// Returns the seconds of a round to files.
double study_files(const Records& records, bulkmarc::Format format, std::string_view way,
                   const std::vector<std::string>& paths) {
  constexpr std::string_view kPlain = "plain-";
  const bool is_plain = way.starts_with(kPlain);
  if (is_plain) way.remove_prefix(kPlain.size());
  // Processes are forked before this one has threads.
  for (const std::string& path : paths) std::ofstream(path) << "old";
  std::string bytes;
  if (is_plain) export_to(bulkmarc::Target::memory(bytes), records, format);
  const Export run = [&](const std::string& path) {
    if (is_plain) return write_plainly(path, bytes);
    export_to(bulkmarc::Target::file(path, {.sync = false}), records, format);
  };
  const double seconds = measure(way, run, paths);
  export_to(bulkmarc::Target::memory(bytes), records, format);
  for (const std::string& path : paths) {
    if (read(path) != bytes) throw std::runtime_error(path + " differs");
    std::filesystem::remove(path);
  }
  return seconds;
}

double study_memory(const Records& records, bulkmarc::Format format) {
  return median_of_rounds([&] {
    std::string memory;
    export_to(bulkmarc::Target::memory(memory), records, format);
  });
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4 || argc > 6) {
    std::fputs("usage: bulkmarc-study FORMAT RECORDS memory|[plain-]turn|threads|processes [FILE [EXPORTS]]\n", stderr);
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
    const double seconds = paths.empty() ? study_memory(records, format) : study_files(records, format, argv[3], paths);
    fmt::print("{} {:.9f}\n", records.size() * (paths.empty() ? 1 : paths.size()), seconds);
    return 0;
  } catch (const std::exception& error) {
    std::fputs(fmt::format("bulkmarc-study: {}\n", error.what()).c_str(), stderr);
    return 1;
  }
}
