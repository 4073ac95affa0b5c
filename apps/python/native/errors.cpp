#include "errors.hpp"

#include <exception>

#include <nanobind/nanobind.h>
#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/string.h>

namespace nb = nanobind;

namespace {

/// Bytes that are not UTF-8, as in the name of a file, become surrogates, as in os.fsdecode().
nb::object decode_as_path(const std::string& text) {
  return nb::steal(PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "surrogateescape"));
}

void raise(const bulkmarc::Error& error) {
  try {
    const nb::object make = nb::module_::import_("bulkmarc._errors").attr("make_error");
    const nb::object made = make(std::string(bulkmarc::error_name(error.code())), decode_as_path(error.path().native()),
                                 decode_as_path(error.what()), error.os_error());
    PyErr_SetObject(made.type().ptr(), made.ptr());
  } catch (nb::python_error& failure) {
    failure.restore();
  }
}

}  // namespace

void translate_errors() {
  nb::register_exception_translator([](const std::exception_ptr& exception, void*) {
    try {
      std::rethrow_exception(exception);
    } catch (const bulkmarc::Error& error) {
      raise(error);
    }
  });
}
