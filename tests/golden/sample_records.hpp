#pragma once

#include <vector>

#include <bulkmarc/record.hpp>

/// Records of many kinds and scripts, all without a flaw: data/sample.mrc.
std::vector<bulkmarc::Record> sample_records();

/// Records with all that formats must escape, replace or report.
std::vector<bulkmarc::Record> odd_records();
