#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace bulkmarc {

/// Printable ASCII that is not odd to `Out`.
template <class Out>
inline constexpr std::array<bool, 256> kPlainBytes = [] {
  std::array<bool, 256> plain{};
  for (unsigned byte = ' '; byte <= '~'; ++byte) plain[byte] = !Out::kOdd.contains(static_cast<char>(byte));
  return plain;
}();

template <class Out>
[[gnu::always_inline]] inline bool is_plain(char byte) {
  return kPlainBytes<Out>[static_cast<unsigned char>(byte)];
}

/// The value that walk_control_field() and walk_data_field() tell piece by piece, put together: all of its pieces stand
/// one after the other in the record. `Out` says which bytes are odd, and takes it whole. Always inlined, or the
/// compiler would keep all of it in memory.
template <class Out>
class ValueRange {
 public:
  [[gnu::always_inline]] void begin() {
    begin_ = kNowhere;
    end_ = kNowhere;
    is_plain_ = true;
  }
  [[gnu::always_inline]] void text(std::size_t from, std::size_t to) {
    if (begin_ == kNowhere) begin_ = from;
    end_ = to;
  }
  /// A special byte. Returns how many bytes of the value that were.
  [[gnu::always_inline]] std::size_t escape(std::string_view bytes, std::size_t at) {
    is_plain_ &= !Out::kOdd.contains(bytes[at]);
    end_ = at + 1;
    return 1;
  }
  [[gnu::always_inline]] void put(std::string_view bytes, Out& out) {
    if (begin_ == kNowhere) begin_ = end_ = 0;
    if (is_plain_) {
      out.plain(bytes, begin_, end_);
    } else {
      out.text({bytes.data() + begin_, end_ - begin_});
    }
  }

 private:
  static constexpr std::size_t kNowhere = ~std::size_t{0};

  std::size_t begin_ = kNowhere;  // Once text() or escape() has taken some of it.
  std::size_t end_ = kNowhere;
  bool is_plain_ = true;
};

}  // namespace bulkmarc
