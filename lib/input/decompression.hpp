#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "input/byte_stream.hpp"
#include "input/decoder.hpp"
#include "input/portion.hpp"
#include "tasks/ordered_tasks.hpp"
#include "text/buffer.hpp"

namespace bulkmarc {

/// The data of a compressed stream, all of its members joined. Zeros after a member are padding. Where the data is
/// damaged or cut off the stream ends, after all that could be decoded, and damage() tells the place. Where the
/// compressed stream can't be read any further, read() throws when all that was read before is decoded.
///
/// Given a TaskRunner, it reads some portions ahead, and those of gzip and zstd are decoded beside it, each on the
/// guess that a member begins where one may. The guess is checked when the one before it has ended. What can't be
/// decoded so (a member that is long, damaged or cut off) is decoded as without a runner, so the result is the same.
class Decompressor final : public ByteStream {
 public:
  Decompressor(std::unique_ptr<ByteStream> compressed, Codec codec);

  [[nodiscard]] const std::filesystem::path& path() const override { return cutter_.path(); }
  std::size_t read(std::span<char> bytes) override;
  [[nodiscard]] std::string damage() const override { return damage_; }
  void run_on(TaskRunner* runner) override;

 private:
  /// Decodes more, when all of what was decoded is handed out. Returns false at the end.
  bool decompress();
  /// Takes what was decoded of the members that begin here. Returns false when that is nothing.
  bool take_members();
  /// Goes on to the next portion when there is no input left. Returns false at the end.
  bool fill();
  /// Has as many portions ahead as the threads need.
  void read_ahead();
  /// Passes the padding between two members. Returns false when no other one follows.
  bool find_member();
  void consume(std::size_t length);
  /// Notes what is wrong at the place that was reached.
  void note_damage(std::string_view what);

  Codec codec_;
  PortionCutter cutter_;
  std::size_t portions_ahead_ = 0;  // Where they are decoded there, or else 0.
  OrderedTasks<Portion> portions_;
  Portion* portion_ = nullptr;  // The first of them, once it is the input.
  std::string_view input_;      // What of it was not decoded yet.
  std::uint64_t consumed_ = 0;
  std::unique_ptr<Decoder> decoder_;
  Buffer decompressed_;
  std::string_view output_;  // What was decoded, and not handed out yet.
  bool within_member_ = true;
  std::string damage_;
};

}  // namespace bulkmarc
