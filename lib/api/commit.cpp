#include <bulkmarc/piece.hpp>

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <bulkmarc/error.hpp>
#include <bulkmarc/version.hpp>

#include "api/pending.hpp"
#include "api/source_impl.hpp"
#include "api/validation.hpp"
#include "input/byte_stream.hpp"
#include "output/atomic_file.hpp"
#include "output/manifest.hpp"
#include "output/parts_journal.hpp"
#include "output/sha256.hpp"
#include "pipeline/report_sum.hpp"
#include "platform/platform.hpp"
#include "platform/stop.hpp"
#include "tasks/for_each_index.hpp"
#include "text/buffer.hpp"

namespace bulkmarc {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void mismatch(const std::string& what) { throw Error(ErrorCode::kPlanMismatch, {}, what); }

/// The pieces in the order of their ranges, exactly one for each. Throws Error (kPlanMismatch).
std::vector<const Piece*> in_order(const Plan& plan, std::span<const Piece> pieces) {
  const std::string id = plan.id();
  std::vector<const Piece*> ordered(plan.ranges.size());
  for (const Piece& piece : pieces) {
    const std::string name = fmt::format("range {}, attempt {}", piece.range, printable(piece.attempt));
    if (piece.plan != id) mismatch(name + ": is of another plan");
    if (piece.range == 0 || piece.range > ordered.size()) mismatch(name + ": the plan has no such range");
    if (piece.output != pieces.front().output) mismatch(name + ": is of another output");
    if (piece.options != pieces.front().options) mismatch(name + ": was exported with other options");
    const Piece*& place = ordered[static_cast<std::size_t>(piece.range) - 1];
    if (place != nullptr) {
      mismatch(fmt::format("range {} has two results, of the attempts {} and {}", piece.range,
                           printable(place->attempt), printable(piece.attempt)));
    }
    if (piece.report.records_read != plan.range(piece.range).records)
      mismatch(name + ": has another number of records");
    place = &piece;
  }
  const auto missing = std::ranges::count(ordered, nullptr);
  if (missing != 0) {
    const auto first = std::ranges::find(ordered, nullptr) - ordered.begin() + 1;
    mismatch(fmt::format("{} of {} ranges have no result, range {} is the first one", missing, ordered.size(), first));
  }
  return ordered;
}

/// What the plan reads, as far as refuse_input_as_target() asks for it.
OpenedSource inputs_of(const Plan& plan) {
  OpenedSource source;
  for (const PlannedInput& input : plan.inputs) {
    struct ::stat status = {};
    if (platform().stat(input.path.c_str(), status) == 0) source.add(status);
  }
  return source;
}

bool is_there(const fs::path& path) {
  struct ::stat status = {};
  return platform().stat(path.c_str(), status) == 0;
}

void refuse_changed(const Piece& piece) {
  throw Error(ErrorCode::kPlanMismatch, piece.pending(),
              is_there(piece.pending()) ? "is not what its result says: it was changed, or cut off" : "is missing");
}

FileContent content_of(const Piece& piece) {
  return {piece.first_exported, piece.report.records_exported, piece.report.bytes_uncompressed};
}

/// Makes the pieces the parts of their output.
class PartsPublisher {
 public:
  PartsPublisher(const std::vector<const Piece*>& pieces, const CommitOptions& options)
      : pieces_(pieces),
        options_(options),
        names_(pieces.front()->output),
        journal_(names_.journal(), options.file.sync) {}

  void publish(const OpenedSource& inputs) {
    for (const fs::path& part : names_.existing_parts()) refuse_input_as_target(inputs, part);
    refuse_input_as_target(inputs, names_.manifest());
    find_pieces();
    const std::string manifest = manifest_of_parts();
    if (std::ranges::none_of(is_pending_, [](char pending) { return pending != 0; }) && stands(manifest)) return;
    if (options_.file.no_clobber) refuse_existing();
    // From here on the folder does not hold the set of an earlier run any more, and must not look as if it did.
    journal_.begin(fmt::format("the commit of the plan {}", pieces_.front()->plan));
    remove(names_.manifest());
    sync();
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
      if (is_pending_[i] != 0) rename(*pieces_[i]);
    }
    remove_stale_parts();
    sync();
    AtomicFile file(names_.manifest(), options_.file);
    file.write(manifest);
    file.commit();
    journal_.remove();
  }

 private:
  /// Notes where each piece is: it waits, or an earlier commit has given it its name.
  void find_pieces() {
    is_pending_.resize(pieces_.size());
    const auto failures =
        for_each_index(pieces_.size(), [&](std::size_t i) { is_pending_[i] = is_pending(*pieces_[i]) ? 1 : 0; });
    for (const std::exception_ptr& failure : failures) {
      if (failure) std::rethrow_exception(failure);
    }
  }

  [[nodiscard]] bool is_pending(const Piece& piece) const {
    if (sha256_of_file(piece.pending(), piece.bytes, options_.stop) == piece.sha256) return true;
    const bool is_published = !is_there(piece.pending()) &&
                              sha256_of_file(names_.part(piece.range), piece.bytes, options_.stop) == piece.sha256;
    if (!is_published) refuse_changed(piece);
    return false;
  }

  [[nodiscard]] std::string manifest_of_parts() const {
    std::vector<Part> parts;
    for (const Piece* piece : pieces_) {
      parts.push_back({names_.part(piece->range).filename().string(), content_of(*piece), piece->bytes, piece->sha256});
    }
    const Report& report = pieces_.front()->report;
    return manifest_text(version(), format_name(report.format), compression_name(report.compression), parts);
  }

  [[nodiscard]] bool stands(const std::string& manifest) const {
    Sha256 hash;
    hash.add(manifest);
    return sha256_of_file(names_.manifest(), manifest.size()) == hash.digest();
  }

  /// But what an earlier commit of these pieces has published.
  void refuse_existing() const {
    if (is_there(names_.manifest())) throw Error(ErrorCode::kTargetExists, names_.manifest(), "exists already");
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
      const fs::path part = names_.part(pieces_[i]->range);
      if (is_pending_[i] != 0 && is_there(part)) throw Error(ErrorCode::kTargetExists, part, "exists already");
    }
  }

  void rename(const Piece& piece) const {
    const fs::path part = names_.part(piece.range);
    const int failed = platform().rename(piece.pending().c_str(), part.c_str());
    if (failed != 0) throw Error(ErrorCode::kOutputRename, part, "can't give the finished piece its name", -failed);
  }

  /// They follow the last part without a gap. The highest one goes first, so that there is none when this is cut off.
  void remove_stale_parts() const {
    std::uint64_t last = pieces_.size();
    while (is_there(names_.part(last + 1))) ++last;
    for (; last > pieces_.size(); --last) remove(names_.part(last));
  }

  void remove(const fs::path& path) const {
    const int failed = platform().unlink(path.c_str());
    if (failed != 0 && failed != -ENOENT) {
      throw Error(ErrorCode::kTargetUnusable, path, "is of an earlier run and can't be removed", -failed);
    }
  }

  void sync() const {
    if (options_.file.sync) sync_folder(names_.folder(), names_.manifest());
  }

  const std::vector<const Piece*>& pieces_;
  const CommitOptions& options_;
  PartNames names_;
  PartsJournal journal_;
  std::vector<char> is_pending_;  // Not bool: several threads set them.
};

/// Makes one file of the pieces.
class Joiner {
 public:
  Joiner(const std::vector<const Piece*>& pieces, const CommitOptions& options)
      : pieces_(pieces), options_(options), target_(*options.join) {
    for (const Piece* piece : pieces_) {
      const bool is_whole =
          piece->prologue_bytes <= piece->bytes && piece->epilogue_bytes <= piece->bytes - piece->prologue_bytes;
      if (!piece->can_be_joined || !is_whole) {
        refuse(fmt::format("{}: pieces that are compressed, or of a format with an index, can't be joined",
                           piece->output.string()));
      }
    }
  }

  /// The size of the file.
  [[nodiscard]] std::uint64_t size() const {
    const Piece& first = *pieces_.front();
    std::uint64_t size = first.prologue_bytes + first.epilogue_bytes;
    std::uint64_t filled = 0;
    for (const Piece* piece : pieces_) {
      size += body_bytes(*piece);
      filled += body_bytes(*piece) != 0 ? 1 : 0;
    }
    return size + (filled == 0 ? 0 : (filled - 1) * first.separator.size());
  }

  void join() {
    const bool all_wait = std::ranges::all_of(pieces_, [](const Piece* piece) { return is_there(piece->pending()); });
    if (!all_wait && is_joined()) return;
    AtomicFile file(target_, options_.file);
    file.expect(size());
    for (const Piece* piece : pieces_) append(*piece, file);
    file.commit();
  }

 private:
  static std::uint64_t body_bytes(const Piece& piece) {
    return piece.bytes - piece.prologue_bytes - piece.epilogue_bytes;
  }

  /// Calls `take` for [begin, end) of the file, some bytes at a time.
  template <class Take>
  void read(const InputFile& file, std::uint64_t begin, std::uint64_t end, const Take& take) {
    while (begin < end) {
      throw_if_stopped(options_.stop);
      buffer_.clear();
      const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(kReadAtOnce, end - begin));
      file.read_at(begin, buffer_.room(length));
      buffer_.set_size(length);
      take(buffer_.view());
      begin += length;
    }
  }

  /// Appends what of the piece belongs into the file. All of its bytes are looked at.
  void append(const Piece& piece, AtomicFile& file) {
    if (!is_there(piece.pending())) refuse_changed(piece);
    const InputFile source(piece.pending(), options_.stop);
    if (!source.is_regular() || source.size() != piece.bytes) refuse_changed(piece);
    Sha256 hash;
    const auto pass = [&hash](std::string_view bytes) { hash.add(bytes); };
    const auto copy = [&](std::string_view bytes) {
      hash.add(bytes);
      file.write(bytes);
    };
    const std::uint64_t body_end = piece.bytes - piece.epilogue_bytes;
    const bool is_first = &piece == pieces_.front();
    if (is_first) {
      read(source, 0, piece.prologue_bytes, copy);
    } else {
      read(source, 0, piece.prologue_bytes, pass);
    }
    if (body_bytes(piece) != 0 && std::exchange(any_record_, true)) file.write(piece.separator);
    read(source, piece.prologue_bytes, body_end, copy);
    if (&piece == pieces_.back()) {
      read(source, body_end, piece.bytes, copy);
    } else {
      read(source, body_end, piece.bytes, pass);
    }
    if (hash.digest() != piece.sha256) refuse_changed(piece);
  }

  /// True where an earlier commit of these pieces has made the file: with its prologue and epilogue, what it has of
  /// each piece is that piece.
  bool is_joined() try {
    const InputFile file(target_, options_.stop);
    if (!file.is_regular() || file.size() != size()) return false;
    const Piece& first = *pieces_.front();
    std::uint64_t begin = first.prologue_bytes;
    bool any = false;
    for (const Piece* piece : pieces_) {
      Sha256 hash;
      const auto add = [&hash](std::string_view bytes) { hash.add(bytes); };
      if (body_bytes(*piece) != 0 && std::exchange(any, true)) begin += piece->separator.size();
      read(file, 0, first.prologue_bytes, add);
      read(file, begin, begin + body_bytes(*piece), add);
      read(file, file.size() - first.epilogue_bytes, file.size(), add);
      begin += body_bytes(*piece);
      if (hash.digest() != piece->sha256) return false;
    }
    return true;
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kCancelled) throw;
    return false;
  }

  const std::vector<const Piece*>& pieces_;
  const CommitOptions& options_;
  const fs::path& target_;
  bool any_record_ = false;
  Buffer buffer_;
};

}  // namespace

Report commit_pieces(const Plan& plan, std::span<const Piece> pieces, const CommitOptions& options) {
  const auto begin = std::chrono::steady_clock::now();
  const std::vector<const Piece*> ordered = in_order(plan, pieces);
  const OpenedSource inputs = inputs_of(plan);
  std::vector<const Report*> reports;
  reports.reserve(ordered.size());
  for (const Piece* piece : ordered) reports.push_back(&piece->report);
  Report report = sum_of(reports, static_cast<std::size_t>(ordered.front()->max_findings));
  if (options.join) {
    refuse_nul(*options.join);
    refuse_input_as_target(inputs, *options.join);
    Joiner joiner(ordered, options);
    joiner.join();
    report.bytes_written = report.bytes_uncompressed = joiner.size();
    report.backend_reason = "the pieces were joined";
    report.output = options.join->string();
  } else {
    PartsPublisher(ordered, options).publish(inputs);
    report.parts = ordered.size();
    report.backend_reason = "the pieces are the parts";
    report.output = ordered.front()->output.string();
  }
  for (const Piece* piece : ordered) {
    platform().unlink(piece->pending().c_str());
    platform().unlink(result_beside(piece->pending()).c_str());
  }
  clear_pending_folder(ordered.front()->output);
  report.ended = std::chrono::system_clock::now();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  report.seconds.commit += seconds;
  report.seconds.total += seconds;
  return report;
}

}  // namespace bulkmarc
