#pragma once

#include <nanobind/nanobind.h>

/// count_inputs().
void bind_count(nanobind::module_& module);
