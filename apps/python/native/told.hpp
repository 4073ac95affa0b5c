#pragma once

#include <string>

#include <nanobind/nanobind.h>
#include <bulkmarc/report.hpp>

#include "text.hpp"

/// A report as JSON and as text, which may be made without the GIL.
struct Told {
  std::string json;
  std::string text;

  Told() = default;
  explicit Told(const bulkmarc::Report& report) : json(report.to_json()), text(report.to_text()) {}
  /// REQUIRES: the GIL.
  [[nodiscard]] nanobind::tuple as_tuple() const { return nanobind::make_tuple(decode(json), decode(text)); }
};
