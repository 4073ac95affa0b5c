#pragma once

#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string_view>
#include <vector>

#include <bulkmarc/record_view.hpp>

#include "text/buffer.hpp"

namespace bulkmarc {

/// The memory of a record whose fields are not those of another one, byte for byte; used again for the next.
class RecordCopy {
 public:
  /// A record with the leader of `view` in which append(entry, bytes, text) adds the bytes of each field. Valid until
  /// the next call.
  template <class Append>
  RecordView rebuild(const RecordView& view, const Append& append) {
    text_.clear();
    directory_.clear();
    text_.append(view.leader());
    for (const DirectoryEntry& entry : view.directory()) {
      DirectoryEntry& copy = directory_.emplace_back(entry);
      copy.offset = static_cast<std::uint32_t>(text_.size());
      append(entry, view.bytes().substr(entry.offset, entry.length), text_);
      copy.length = static_cast<std::uint32_t>(text_.size() - copy.offset);
      text_.append({&kFieldTerminator, 1});
      if (text_.size() > std::numeric_limits<std::uint32_t>::max()) {
        throw std::length_error("a record holds less than 4 GiB");
      }
    }
    return {text_.view(), directory_};
  }

 private:
  Buffer text_;
  std::vector<DirectoryEntry> directory_;
};

}  // namespace bulkmarc
