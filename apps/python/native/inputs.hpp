#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <bulkmarc/source.hpp>

namespace nb = nanobind;

/// How a run's threads, which do not hold the GIL, call what needs it. Throws where that raised an exception.
using InPython = std::function<void(const std::function<void()>& function)>;

/// Inputs as the package's functions name them: a list of pairs of a kind and an object. `path` goes with a path,
/// `memory` with bytes or a memoryview of bytes, and `read` with a function like a file's read(). `range` is alone, and
/// goes with a plan and a number. Keeps the objects alive, and must outlive the run.
class Inputs {
 public:
  explicit Inputs(nb::list inputs) : inputs_(std::move(inputs)) {}
  /// True where one of them is a function.
  [[nodiscard]] bool call_python() const { return call_python_; }
  /// The functions are called through `in_python`.
  [[nodiscard]] bulkmarc::Source source(const bulkmarc::InputOptions& options, const InPython& in_python);

 private:
  /// The stable ABI of Python 3.10 has no buffers, but an ndarray has.
  using View = nb::ndarray<const std::uint8_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

  [[nodiscard]] std::string_view memory(const nb::object& object);

  nb::list inputs_;
  std::vector<View> views_;
  bool call_python_ = false;
};
