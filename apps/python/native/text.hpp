#pragma once

#include <string>
#include <string_view>

#include <nanobind/nanobind.h>

namespace nb = nanobind;

/// UTF-8 as a str; what is not UTF-8 becomes U+FFFD.
inline nb::object decode(std::string_view text) {
  PyObject* const decoded = PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace");
  if (decoded == nullptr) throw nb::python_error();
  return nb::steal(decoded);
}

/// The bytes of a bytes object, which owns them.
inline std::string_view bytes_of(nb::handle bytes) {
  return {PyBytes_AsString(bytes.ptr()), static_cast<std::size_t>(PyBytes_Size(bytes.ptr()))};
}

/// For messages.
inline std::string name_of_type(nb::handle object) {
  const nb::object name = object.type().attr("__name__");
  Py_ssize_t size = 0;
  const char* const text = PyUnicode_AsUTF8AndSize(name.ptr(), &size);
  if (text == nullptr) throw nb::python_error();
  return {text, static_cast<std::size_t>(size)};
}
