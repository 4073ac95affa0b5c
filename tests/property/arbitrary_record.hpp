#pragma once

#include <ostream>
#include <string>
#include <vector>

#include <rapidcheck.h>

#include <bulkmarc/record.hpp>

/// Text of pieces that are hard on one format or another: markup, control characters, delimiters, characters
/// of every length, noncharacters, and bytes that are no UTF-8.
rc::Gen<std::string> arbitrary_text();

/// A record of any shape that Record accepts, whose leader says UTF-8.
rc::Gen<bulkmarc::Record> arbitrary_record();
rc::Gen<std::vector<bulkmarc::Record>> arbitrary_records();

/// A record that other software might have written: well-shaped fields and valid text.
rc::Gen<bulkmarc::Record> usual_record();
rc::Gen<std::vector<bulkmarc::Record>> usual_records();

namespace bulkmarc {
/// RapidCheck calls this to show a counterexample.
void showValue(const Record& record, std::ostream& out);  // NOLINT(readability-identifier-naming)
}  // namespace bulkmarc
