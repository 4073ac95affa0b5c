#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bulkmarc {

/// Takes an export's bytes. It knows bytes and offsets, never records. Destroyed without commit() means discarded.
/// What fails throws Error.
class Output {
 public:
  virtual ~Output() = default;

  /// Makes the output take effect, whole. After it nothing else may be called.
  virtual void commit() = 0;

  /// The first steps of commit(), for who commits two outputs or neither. Where an output has no such steps, they do
  /// nothing. prepare() does what takes long or meets a full disk. publish() lets the output take effect, but until
  /// commit() it is still discarded when it is destroyed, and what it replaced comes back.
  virtual void prepare() {}
  virtual void publish() {}
};

/// Where nothing is to be written.
class NoOutput final : public Output {
 public:
  void commit() override {}
};

/// An output whose size is known before its first byte.
class MappedOutput : public virtual Output {
 public:
  /// Reserves exactly `size` bytes. Called once, before slice().
  virtual void presize(std::uint64_t size) = 0;
  /// The bytes [offset, offset + length) of the output. Thread-safe; slices that don't overlap may be
  /// written at once. Valid until commit().
  virtual std::span<char> slice(std::uint64_t offset, std::uint64_t length) = 0;
};

/// An output that grows at its end, and whose room is filled in any order.
class PlacedOutput : public virtual Output {
 public:
  /// Makes room for `size` bytes in all. Called by one thread at a time, with sizes that grow.
  virtual void grow(std::uint64_t size) = 0;
  /// Puts `bytes` where there is room for them. All of the room is filled once before commit(). Thread-safe.
  virtual void place(std::uint64_t offset, std::string_view bytes) = 0;
};

/// What a file of an export holds.
struct FileContent {
  std::uint64_t first_record = 0;  ///< The number of its first record in the whole run, from 1; 0 where it has none.
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;  ///< Before they are compressed.

  bool operator==(const FileContent&) const = default;
};

/// Takes the bytes of one file after the other, in order. What fails throws Error.
class FileSink {
 public:
  virtual ~FileSink() = default;
  /// About this many bytes will be appended. Only a guess, and may be far off.
  virtual void expect(std::uint64_t /*bytes*/) {}
  virtual void append(std::string_view bytes) = 0;
  /// All that was appended since the call before is a whole file.
  virtual void end_file(const FileContent& content) = 0;
};

/// The first files of an output, if they stand already.
struct KeptFiles {
  std::vector<FileContent> contents;
  std::uint64_t bytes = 0;  ///< On the disk.
};

/// An output that grows at its end.
class StreamedOutput : public virtual Output, public FileSink {
 public:
  /// The files that are not to be appended any more.
  [[nodiscard]] virtual KeptFiles kept() const { return {}; }
  /// For an output of one file it is commit() that ends it.
  void end_file(const FileContent&) override {}
};

}  // namespace bulkmarc
