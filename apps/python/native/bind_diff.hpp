#pragma once

#include <nanobind/nanobind.h>

/// diff_inputs().
void bind_diff(nanobind::module_& module);
