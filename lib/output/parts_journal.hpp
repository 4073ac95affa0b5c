#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "output/output.hpp"
#include "platform/platform.hpp"

namespace bulkmarc {

/// The names of all files of an output in parts. For `folder/catalog.xml.gz` they are `catalog-00001.xml.gz` and so on,
/// `catalog.xml.gz.manifest.json` and `.catalog.xml.gz.resume.ndjson`, in the same folder.
class PartNames {
 public:
  explicit PartNames(const std::filesystem::path& output);

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] std::filesystem::path part(std::uint64_t number) const;
  [[nodiscard]] std::filesystem::path manifest() const;
  [[nodiscard]] std::filesystem::path journal() const;

  /// True for the name of a part up to 99,999, of the manifest, or of the journal, whether it exists or not.
  [[nodiscard]] bool has(const std::string& name) const;
  /// True for the name of a part whatever its number.
  [[nodiscard]] bool has_number(const std::string& name) const;
  /// What the names of all parts begin with.
  [[nodiscard]] const std::string& stem() const { return stem_; }
  /// What they end with.
  [[nodiscard]] const std::string& extensions() const { return extensions_; }
  /// The parts, up to 99,999, that exist.
  [[nodiscard]] std::vector<std::filesystem::path> existing_parts() const;

 private:
  [[nodiscard]] bool is_part(const std::string& name) const;

  std::filesystem::path folder_;
  std::string name_;
  std::string stem_;
  std::string extensions_;
};

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
