#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include <bulkmarc/bulkmarc.hpp>

#include "support/filled_pipe.hpp"
#include "support/open_file.hpp"

/// Where bytes come from that are in no file with a name.
enum class Giver { kMemory, kFunction, kFunctionOfSingleBytes, kPipe, kOpenFile };
inline constexpr Giver kGivers[] = {Giver::kMemory, Giver::kFunction, Giver::kFunctionOfSingleBytes, Giver::kPipe,
                                    Giver::kOpenFile};

/// Bytes, and an input that gives them once; memory as often as it is asked.
class GivenInput {
 public:
  GivenInput(std::string bytes, Giver giver);

  [[nodiscard]] bulkmarc::Input input() const;
  [[nodiscard]] bulkmarc::Source source(const bulkmarc::InputOptions& options = {}) const {
    return bulkmarc::Source::inputs({input()}, options);
  }

 private:
  std::string bytes_;
  Giver giver_;
  std::unique_ptr<FilledPipe> pipe_;
  std::unique_ptr<OpenFile> file_;
};

/// Where bytes go to that become no file with a name.
enum class Taker { kFunction, kPipe, kOpenFile };
inline constexpr Taker kTakers[] = {Taker::kFunction, Taker::kPipe, Taker::kOpenFile};

/// A target, and what it was given.
class TakenOutput {
 public:
  explicit TakenOutput(Taker taker);
  ~TakenOutput();
  TakenOutput(const TakenOutput&) = delete;
  TakenOutput& operator=(const TakenOutput&) = delete;

  [[nodiscard]] bulkmarc::Target target();
  /// All of it, when nothing more will come.
  [[nodiscard]] std::string bytes();

 private:
  void end_pipe();

  Taker taker_;
  std::string bytes_;
  int write_end_ = -1;
  std::thread reader_;
  std::unique_ptr<OpenFile> file_;
};
