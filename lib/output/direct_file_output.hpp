#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "output/atomic_file.hpp"
#include "output/output.hpp"
#include "platform/write_queue.hpp"

namespace bulkmarc {

/// How a file can be written past the system's cache.
struct DirectWriting {
  /// Of O_DIRECT, without the file's lock: the writes that a killed process has begun keep what they write to open.
  Descriptor file;
  std::unique_ptr<WriteQueue> queue;  ///< None where the file system refuses it.
  std::string reason;                 ///< Why it does, or why writes are done one at a time; else empty.
};

/// Direct: past the system's cache (O_DIRECT), in whole blocks, several writes at once. The bytes are gathered in
/// buffers for that. The temporary file is allocated ahead of them, as file systems do writes behind a file's end one
/// at a time, and cut to its size when all are written.
class DirectFileOutput final : public StreamedOutput {
 public:
  /// Finds out by writing a first block. Throws Error (kOutputWrite).
  static DirectWriting try_file(const AtomicFile& file);

  /// REQUIRES: `writing` has a queue.
  DirectFileOutput(std::unique_ptr<AtomicFile> file, DirectWriting writing);
  ~DirectFileOutput() override;
  DirectFileOutput(const DirectFileOutput&) = delete;
  DirectFileOutput& operator=(const DirectFileOutput&) = delete;

  void append(std::string_view bytes) override;
  void prepare() override;
  void publish() override;
  void commit() override;

 private:
  static constexpr std::size_t kBuffers = 8;

  /// What is gathered, and then written to one place of the file.
  struct Buffer {
    struct Free {
      void operator()(char* memory) const;
    };
    std::unique_ptr<char, Free> bytes;
    std::size_t size = 0;
    std::size_t written = 0;
    std::uint64_t offset = 0;  // Of its first byte, in the file.

    [[nodiscard]] std::string_view rest() const { return {bytes.get() + written, size - written}; }
    [[nodiscard]] off_t position() const { return static_cast<off_t>(offset + written); }
  };

  Buffer& current();
  void write_current();
  void submit(std::size_t id);
  void await_one();
  [[nodiscard]] ssize_t write_at_once(const Buffer& buffer) const;
  void allocate_ahead(std::uint64_t end);
  void finish();
  [[noreturn]] void fail(int error) const;

  std::unique_ptr<AtomicFile> file_;
  std::array<Buffer, kBuffers> buffers_;
  std::vector<std::size_t> free_;   // Buffers that are neither gathered in nor written; the last is taken first.
  std::size_t current_ = kBuffers;  // The buffer that is gathered in; kBuffers where there is none.
  std::size_t under_way_ = 0;       // Writes.
  std::uint64_t size_ = 0;          // Of what was appended.
  std::uint64_t allocated_ = 0;
  bool can_allocate_ = true;
  bool is_finished_ = false;
  DirectWriting writing_;
};

}  // namespace bulkmarc
