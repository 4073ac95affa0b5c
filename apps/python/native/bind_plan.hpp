#pragma once

#include <nanobind/nanobind.h>

/// Plans, pieces, and what is done with them.
void bind_plan(nanobind::module_& module);
