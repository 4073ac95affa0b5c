#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "output/output.hpp"
#include "platform/platform.hpp"

namespace bulkmarc {

/// A part that is complete.
struct Part {
  std::string file;  ///< Its name, without a folder.
  FileContent content;
  std::uint64_t bytes = 0;  ///< On the disk.
  std::string sha256;
};

/// As the manifest and the journal hold it.
[[nodiscard]] nlohmann::ordered_json to_json(const Part& part);
/// Throws nlohmann::json::exception where it is none.
[[nodiscard]] Part part_from_json(const nlohmann::ordered_json& json);

/// What a run that writes parts notes, so that another one can go on where it was cut off: a line that says what the
/// parts depend on, and a line for each part that is complete. It is locked as long as its run lives.
class PartsJournal {
 public:
  /// Opens the journal, or makes an empty one, and reads what an earlier run has left in it. Throws Error:
  /// kTargetUnusable when another run has it open, kOutputCreate when it can't be created.
  PartsJournal(std::filesystem::path path, bool sync);
  /// Leaves what the journal holds, or no file where it holds nothing.
  ~PartsJournal();
  PartsJournal(const PartsJournal&) = delete;
  PartsJournal& operator=(const PartsJournal&) = delete;

  /// What the parts of the earlier run depend on; empty where there was none.
  [[nodiscard]] const std::string& run() const { return run_; }
  [[nodiscard]] const std::vector<Part>& parts() const { return parts_; }

  /// Forgets the earlier run, and begins this one. The journal is on the disk when it returns.
  void begin(const std::string& run);
  /// Goes on with the earlier run, of whose parts only the first `count` stand.
  void go_on_after(std::size_t count);
  /// Notes a part that is in place. The note is on the disk when it returns.
  void add(const Part& part);
  /// Removes the journal of a run that is complete.
  void remove();

 private:
  void open();
  void read();
  void write(const std::string& line);
  void cut(std::uint64_t length);

  std::filesystem::path path_;
  bool sync_;
  Descriptor file_;
  std::string run_;
  std::vector<Part> parts_;
  std::vector<std::uint64_t> ends_;  // Of the lines of run_ and of the parts.
};

}  // namespace bulkmarc
