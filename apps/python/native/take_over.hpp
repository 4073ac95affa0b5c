#pragma once

#include <nanobind/nanobind.h>

#include "taken_records.hpp"

namespace nb = nanobind;

/// Adds a record of Python's to `records`: one of ours, or any object with the shape of a record of pymarc, mrrc or
/// rmarc, which are not imported. A shape is a leader, and fields with a tag, and data, or indicators and subfields;
/// fields and subfields are attributes or methods, and a subfield is a pair or has a code and a value. Text becomes
/// UTF-8, which the leader then says, and bytes are taken as they are. Throws TypeError, ValueError, and whatever an
/// attribute raises.
void take_over(nb::handle record, TakenRecords& records);
