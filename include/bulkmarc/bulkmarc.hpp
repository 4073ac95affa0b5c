#pragma once

/// \file
/// Everything: include this one.

#include <bulkmarc/arrow.hpp>
#include <bulkmarc/backend.hpp>
#include <bulkmarc/compression.hpp>
#include <bulkmarc/count.hpp>
#include <bulkmarc/diff.hpp>
#include <bulkmarc/encoder.hpp>
#include <bulkmarc/error.hpp>
#include <bulkmarc/export.hpp>
#include <bulkmarc/format.hpp>
#include <bulkmarc/piece.hpp>
#include <bulkmarc/plan.hpp>
#include <bulkmarc/record.hpp>
#include <bulkmarc/record_view.hpp>
#include <bulkmarc/records.hpp>
#include <bulkmarc/report.hpp>
#include <bulkmarc/report_file.hpp>
#include <bulkmarc/rows.hpp>
#include <bulkmarc/rules.hpp>
#include <bulkmarc/run_options.hpp>
#include <bulkmarc/schema.hpp>
#include <bulkmarc/selection.hpp>
#include <bulkmarc/source.hpp>
#include <bulkmarc/statistics.hpp>
#include <bulkmarc/table.hpp>
#include <bulkmarc/target.hpp>
#include <bulkmarc/version.hpp>
