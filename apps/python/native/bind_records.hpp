#pragma once

#include <nanobind/nanobind.h>

/// Adds the classes Record and Field to the module.
void bind_records(nanobind::module_& module);
