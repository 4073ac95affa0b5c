#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <bulkmarc/target.hpp>

#include "output/atomic_file.hpp"
#include "output/output.hpp"
#include "output/parts_journal.hpp"
#include "output/sha256.hpp"

namespace bulkmarc {

/// What a manifest tells of all its parts, in the words of the report.
struct PartsDescription {
  std::string version;
  std::string format;
  std::string compression;
  /// All that the parts depend on, in one line. A run goes on with the parts of another one only if it is the same.
  std::string run;
};

/// Several files, each of them committed as soon as it is complete, and a manifest that is written last: where it
/// stands, the set is whole. What somebody else puts under one of their names during the run is neither replaced nor
/// removed, and ends the run. docs/durability.md is its contract.
class PartsOutput final : public StreamedOutput {
 public:
  /// With `resume` it keeps the parts of a run that was cut off, if there was one and they still stand. Touches nothing
  /// that exists until the first part is complete. Throws Error (kNotResumable, kTargetExists, kTargetUnusable,
  /// kOutputCreate), and kCancelled when a stop is requested while the parts that stand are looked at.
  PartsOutput(const std::filesystem::path& output, FileOptions options, bool resume, PartsDescription description,
              const std::stop_token& stop = {});

  [[nodiscard]] KeptFiles kept() const override;
  void append(std::string_view bytes) override;
  void end_file(const FileContent& content) override;
  /// Removes what a longer run of earlier has left, and writes the manifest.
  void commit() override;

 private:
  void note_what_stands();
  void go_on(const std::stop_token& stop);
  void refuse_existing() const;
  void open_part();
  void prepare_folder();
  void sync_folder() const;
  void remove_stale_parts() const;
  void write_manifest();
  void unlink(const std::filesystem::path& path) const;
  [[nodiscard]] std::optional<StandingFile> before(const std::filesystem::path& path) const;

  PartNames names_;
  FileOptions options_;
  PartsDescription description_;
  PartsJournal journal_;
  std::map<std::filesystem::path, StandingFile> before_;  // What stood before the run, which alone it may replace.
  std::vector<Part> parts_;
  std::size_t kept_ = 0;
  bool goes_on_ = false;
  std::unique_ptr<AtomicFile> file_;  // The current part, if there is one.
  std::optional<Sha256> hash_;
  std::uint64_t size_ = 0;
};

}  // namespace bulkmarc
