#pragma once

#include <optional>
#include <string>

#include <nanobind/nanobind.h>
#include <bulkmarc/bulkmarc.hpp>

namespace nb = nanobind;

/// The options that a function of the package was called with: its keyword arguments. None stands for the default.
/// Each take_...() throws TypeError or Error (kInvalidOptions) that names the argument.
class Options {
 public:
  explicit Options(nb::dict given) : given_(std::move(given)) {}

  [[nodiscard]] bulkmarc::ExportOptions export_options() const;
  [[nodiscard]] bulkmarc::RunOptions run_options() const;
  [[nodiscard]] bulkmarc::RecordOptions record_options() const;
  [[nodiscard]] bulkmarc::InputOptions input_options() const;
  [[nodiscard]] bulkmarc::FileOptions file_options() const;
  [[nodiscard]] bulkmarc::PartOptions part_options() const;
  /// What `table`, `columns` and the options of columns say; nothing where they say nothing.
  [[nodiscard]] std::optional<bulkmarc::Table> table() const;

 private:
  template <class T>
  bool take(const char* name, T& value) const;
  template <class T>
  void take(const char* name, std::optional<T>& value) const;
  /// Of one of `all`, whose names are those of the command.
  template <class T, class Names>
  void take_named(const char* name, T& value, const Names& all) const;

  [[nodiscard]] bulkmarc::Selection selection() const;

  nb::dict given_;
};
