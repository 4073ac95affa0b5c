#pragma once

#include <memory>

#include <nanobind/nanobind.h>

namespace nb = nanobind;

// Structures of Arrow's C data interface on their way to Python.

constexpr const char* kArrayCapsule = "arrow_array";
constexpr const char* kSchemaCapsule = "arrow_schema";
constexpr const char* kStreamCapsule = "arrow_array_stream";

/// Releases what nobody has taken out of the capsule.
template <class Structure>
void destroy_capsule(PyObject* capsule) {
  auto* const structure = static_cast<Structure*>(PyCapsule_GetPointer(capsule, PyCapsule_GetName(capsule)));
  if (structure->release != nullptr) structure->release(structure);
  delete structure;
}

template <class Structure>
nb::object capsule_of(std::unique_ptr<Structure> structure, const char* name) {
  PyObject* const capsule = PyCapsule_New(structure.get(), name, destroy_capsule<Structure>);
  if (capsule == nullptr) throw nb::python_error();
  static_cast<void>(structure.release());
  return nb::steal(capsule);
}
