#include "inputs.hpp"

#include <algorithm>
#include <filesystem>
#include <span>
#include <string>

#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/string.h>
#include <bulkmarc/plan.hpp>

#include "errors.hpp"
#include "text.hpp"

namespace {

/// What one call of a file's read() gives. Throws TypeError and ValueError where it is not what a binary file gives.
std::size_t read_into(std::span<char> bytes, nb::handle read) {
  nb::object block = read(bytes.size());
  if (block.is_none() || PyUnicode_Check(block.ptr()) != 0) {
    throw nb::type_error(
        ("read() returned " + name_of_type(block) + ": expected bytes, as of a file opened with 'rb'").c_str());
  }
  if (PyBytes_Check(block.ptr()) == 0) block = nb::steal(PyBytes_FromObject(block.ptr()));
  if (!block.is_valid()) throw nb::python_error();
  const std::string_view given = bytes_of(block);
  if (given.size() > bytes.size()) throw nb::value_error("read() returned more bytes than it was asked for");
  std::ranges::copy(given, bytes.begin());
  return given.size();
}

}  // namespace

bulkmarc::Source Inputs::source(const bulkmarc::InputOptions& options, const InPython& in_python) {
  std::vector<bulkmarc::Input> inputs;
  for (const nb::handle pair : inputs_) {
    const auto kind = nb::cast<std::string>(pair[0]);
    const nb::object object = pair[1];
    if (kind == "range") {
      if (options.format || !options.charset.empty() || options.keep_going) {
        throw option_error("a plan tells the inputs of its ranges, and takes no from_, charset and keep_going");
      }
      return bulkmarc::Source::range(nb::cast<const bulkmarc::Plan&>(object[0]), nb::cast<std::uint64_t>(object[1]));
    }
    if (kind == "path") {
      inputs.emplace_back(nb::cast<std::filesystem::path>(object));
    } else if (kind == "memory") {
      inputs.push_back(bulkmarc::Input::memory(memory(object)));
    } else {
      call_python_ = true;
      // A handle: copies of the function are made where the GIL is not held.
      inputs.push_back(bulkmarc::Input::function([in_python, read = nb::handle(object)](std::span<char> bytes) {
        std::size_t size = 0;
        in_python([&] { size = read_into(bytes, read); });
        return size;
      }));
    }
  }
  return bulkmarc::Source::inputs(inputs, options);
}

std::string_view Inputs::memory(const nb::object& object) {
  if (PyBytes_Check(object.ptr()) != 0) return bytes_of(object);
  views_.push_back(nb::cast<View>(object));
  return {reinterpret_cast<const char*>(views_.back().data()), views_.back().size()};
}
