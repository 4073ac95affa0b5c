#pragma once

#include <nanobind/nanobind.h>

/// Adds the classes Record, Field, Subfield and Indicators to the module.
void bind_records(nanobind::module_& module);
