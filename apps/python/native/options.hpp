#pragma once

#include <optional>
#include <string>
#include <utility>

#include <nanobind/nanobind.h>
#include <bulkmarc/bulkmarc.hpp>

namespace nb = nanobind;

/// The options that a function of the package was called with: its keyword arguments. Each function here takes those
/// that it knows, once; None stands for the default. Throws TypeError or Error (kInvalidOptions) that names the
/// argument.
class Options {
 public:
  /// Empties `given`.
  explicit Options(nb::dict given) : given_(std::move(given)) {}

  /// Without those of take_output().
  [[nodiscard]] bulkmarc::ExportOptions export_options();
  /// Those of an output that is kept, into `options`.
  void take_output(bulkmarc::ExportOptions& options);
  [[nodiscard]] bulkmarc::RunOptions run_options();
  /// Those of check() alone: `rules` and `avram`, a schema as bytes.
  [[nodiscard]] std::optional<bulkmarc::Rules> rules();
  [[nodiscard]] bulkmarc::RecordOptions record_options();
  [[nodiscard]] bulkmarc::InputOptions input_options();
  [[nodiscard]] bulkmarc::CountOptions count_options();
  [[nodiscard]] bulkmarc::DiffOptions diff_options();
  /// `added`, `changed` and `deleted`, and the options of their files.
  [[nodiscard]] bulkmarc::DiffTargets diff_targets();
  [[nodiscard]] bulkmarc::PlanOptions plan_options();
  [[nodiscard]] bulkmarc::PieceOptions piece_options();
  [[nodiscard]] bulkmarc::CommitOptions commit_options();
  [[nodiscard]] bulkmarc::FileOptions file_options();
  [[nodiscard]] bulkmarc::PartOptions part_options();
  /// What `table`, `columns`, the options of columns, `provenance` and `load_id` say. Where they name no table:
  /// `records` if one is needed, or nothing.
  [[nodiscard]] std::optional<bulkmarc::Table> table(bool is_needed);
  /// The argument as it is; None where there is none.
  [[nodiscard]] nb::object object(const char* name);

  /// Throws TypeError where an argument is left that nobody has taken.
  void expect_none_left() const;

 private:
  template <class T>
  bool take(const char* name, T& value);
  template <class T>
  void take(const char* name, std::optional<T>& value);
  /// Of one of `all`, whose names are those of the command.
  template <class T, class Names>
  void take_named(const char* name, T& value, const Names& all);
  template <class Formats>
  [[nodiscard]] std::optional<bulkmarc::Format> format(const char* name, const Formats& all);

  [[nodiscard]] std::optional<bulkmarc::DiffOutput> diff_output(const char* name, const bulkmarc::FileOptions& file);
  [[nodiscard]] bulkmarc::Selection selection();
  void take_unique(std::optional<bulkmarc::Unique>& value);
  /// A `charset` asks for it, too. REQUIRES: input_options() has not been called.
  void take_to_utf8(bool& value);
  [[nodiscard]] std::optional<bulkmarc::Table> named_table();

  nb::dict given_;
};
