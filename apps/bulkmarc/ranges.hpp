#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include <bulkmarc/bulkmarc.hpp>

#include "arguments.hpp"
#include "terminal/program.hpp"

// Catalogues that are exported range by range: bulkmarc plan, export --plan, commit and abort.

struct PlanArguments : RunArguments {
  std::uint64_t range_bytes = bulkmarc::PlanOptions().range_bytes;
};

void add_plan_command(CLI::App& command, PlanArguments& arguments);
ExitStatus make_plan(PlanArguments& arguments, std::stop_token stop);

/// Exports the range that `arguments.range` tells to a piece. `options` are all that the export has.
bulkmarc::Report export_piece(const RunArguments& arguments, const bulkmarc::ExportOptions& options);

struct CommitArguments : RunArguments {
  std::filesystem::path plan_file;
  std::vector<std::filesystem::path> results;
  std::optional<std::filesystem::path> join;
};

void add_commit_command(CLI::App& command, CommitArguments& arguments);
ExitStatus commit_ranges(CommitArguments& arguments, std::stop_token stop);

struct AbortArguments : RunArguments {};

void add_abort_command(CLI::App& command, AbortArguments& arguments);
ExitStatus abort_ranges(AbortArguments& arguments, const std::stop_token& stop);
