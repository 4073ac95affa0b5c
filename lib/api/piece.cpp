#include <bulkmarc/piece.hpp>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <bulkmarc/error.hpp>
#include <bulkmarc/version.hpp>

#include "api/pending.hpp"
#include "api/run_description.hpp"
#include "api/target_impl.hpp"
#include "api/validation.hpp"
#include "formats/registry.hpp"
#include "output/atomic_file.hpp"
#include "output/json_file.hpp"
#include "output/sha256.hpp"
#include "report/report.hpp"
#include "text/utf8.hpp"

namespace bulkmarc {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// No two attempts draw the same.
std::string random_attempt() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}", random(), random());
}

void refuse_unsuitable(const fs::path& output, const ExportOptions& options, const std::string& attempt) {
  refuse_nul(output);
  if (!is_utf8(output.string())) refuse(printable(output.string()) + ": the name of a set must be UTF-8");
  std::error_code error;
  if (!output.has_filename() || fs::is_directory(output, error)) {
    refuse(output.string() + ": names no file that pieces could be named after");
  }
  if (!is_attempt(attempt)) {
    refuse(fmt::format("'{}': expected an attempt of up to 100 letters, digits, '.', '-' and '_'", printable(attempt)));
  }
  if (options.run.selection.ids) refuse("a list of ids is of a whole catalogue, and can't be taken of a range");
}

/// All that must be the same for all pieces of an output.
std::string digest_of(const ExportOptions& options) {
  Json described = describe_bytes(options);
  described.update({{"max_findings", options.run.max_findings}, {"statistics", options.run.statistics}});
  Sha256 digest;
  digest.add(described.dump(-1, ' ', false, Json::error_handler_t::replace));
  return digest.digest();
}

void describe_joints(Piece& piece, const ExportOptions& options) {
  if (needs_encoder(options.format) || options.compression != Compression::kNone) return;
  const auto writer = make_batch_writer(options.format, options.to_utf8, options.table);
  piece.can_be_joined = true;
  piece.prologue_bytes = writer->prologue().size();
  piece.epilogue_bytes = writer->epilogue().size();
  piece.separator = writer->separator();
}

}  // namespace

fs::path Piece::pending() const { return pending_piece(output, range, attempt); }

std::string Piece::to_json() const {
  return json_text({{"bulkmarc", version()},
                    {"plan", plan},
                    {"range", range},
                    {"attempt", attempt},
                    {"output", output.string()},
                    {"piece", pending().string()},
                    {"options", options},
                    {"bytes", bytes},
                    {"sha256", sha256},
                    {"can_be_joined", can_be_joined},
                    {"prologue_bytes", prologue_bytes},
                    {"epilogue_bytes", epilogue_bytes},
                    {"separator", separator},
                    {"max_findings", max_findings},
                    {"first_exported", first_exported},
                    {"report", report_json(report)}});
}

Piece Piece::from_json(std::string_view text, const fs::path& path) try {
  const Json json = Json::parse(text);
  const auto made_by = json.at("bulkmarc").get<std::string>();
  Piece piece;
  json.at("plan").get_to(piece.plan);
  if (made_by != version()) {
    throw Error(ErrorCode::kPlanMismatch, path,
                fmt::format("was made by bulkmarc {}, and this is {}", printable(made_by), version()));
  }
  json.at("range").get_to(piece.range);
  json.at("attempt").get_to(piece.attempt);
  piece.output = json.at("output").get<std::string>();
  json.at("options").get_to(piece.options);
  json.at("bytes").get_to(piece.bytes);
  json.at("sha256").get_to(piece.sha256);
  json.at("can_be_joined").get_to(piece.can_be_joined);
  json.at("prologue_bytes").get_to(piece.prologue_bytes);
  json.at("epilogue_bytes").get_to(piece.epilogue_bytes);
  json.at("separator").get_to(piece.separator);
  json.at("max_findings").get_to(piece.max_findings);
  json.at("first_exported").get_to(piece.first_exported);
  piece.report = report_from_json(json.at("report"));
  if (!is_attempt(piece.attempt)) throw Error(ErrorCode::kPlanMismatch, path, "is not the result of a range");
  return piece;
} catch (const Json::exception&) {
  throw Error(ErrorCode::kPlanMismatch, path, "is not the result of a range");
}

Piece Piece::read(const fs::path& path) {
  return from_json(read_json_file(path, ErrorCode::kPlanMismatch).view(), path);
}

Piece export_range(const Plan& plan, std::uint64_t number, const fs::path& output, const ExportOptions& given,
                   const PieceOptions& piece_options) {
  Piece piece;
  piece.attempt = piece_options.attempt.empty() ? random_attempt() : piece_options.attempt;
  refuse_unsuitable(output, given, piece.attempt);
  Source source = Source::range(plan, number);
  piece.plan = plan.id();
  piece.range = number;
  piece.output = output;
  piece.max_findings = given.run.max_findings;
  FileOptions file = piece_options.file;
  file.no_clobber = true;
  make_pending_folder(output, file.sync);
  WrittenPiece written;
  piece.report = export_records(std::move(source), Target::Impl::piece({piece.pending(), file, written}), given);
  // What other ranges have can't be seen from one.
  piece.report.records_duplicate = 0;
  piece.report.duplicates.clear();
  const ExportOptions options = complete(given);
  piece.options = digest_of(options);
  describe_joints(piece, options);
  piece.bytes = piece.report.bytes_written;
  piece.sha256 = written.sha256;
  piece.first_exported = written.content.first_record;
  AtomicFile result(piece_options.result.value_or(result_beside(piece.pending())), {.sync = file.sync});
  result.write(piece.to_json());
  result.commit();
  return piece;
}

}  // namespace bulkmarc
