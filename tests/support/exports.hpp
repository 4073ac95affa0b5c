#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <bulkmarc/bulkmarc.hpp>

/// What an export gave.
struct Exported {
  std::string bytes;
  bulkmarc::Report report;
};

Exported export_to_memory(bulkmarc::Source source, const bulkmarc::ExportOptions& options = {});

/// The same into a file that is not synced, and read again.
Exported export_to_file(bulkmarc::Source source, const std::filesystem::path& path,
                        const bulkmarc::ExportOptions& options = {});

/// One record in ISO 2709, by a writer of the tests' own. The leader's lengths are filled in, the rest of it is kept.
std::string iso2709(const bulkmarc::RecordView& record);
std::string iso2709(std::span<const bulkmarc::Record> records);

/// A bibliographic record whose length depends on its number, which is its control number.
bulkmarc::Record numbered_record(std::uint64_t number);
std::vector<bulkmarc::Record> numbered_records(std::uint64_t count);

/// All of a report that must not depend on threads, batch size, backend, or time.
std::string account_of(const bulkmarc::Report& report);

/// Expects the same bytes and the same account, and shows no more than where they begin to differ.
void expect_same(const Exported& exported, const Exported& expected);
