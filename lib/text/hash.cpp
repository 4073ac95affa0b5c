#include "text/hash.hpp"

#include <algorithm>
#include <functional>
#include <random>

#define XXH_INLINE_ALL  // The header is all that is used of xxHash; nothing is linked.
#include <xxhash.h>

namespace bulkmarc {
namespace {

using Secret = std::array<std::uint32_t, XXH3_SECRET_DEFAULT_SIZE / sizeof(std::uint32_t)>;

Secret random_secret() {
  std::random_device device;
  Secret secret;
  std::ranges::generate(secret, std::ref(device));
  return secret;
}

std::uint32_t low_half(std::uint64_t number) { return static_cast<std::uint32_t>(number); }
std::uint32_t high_half(std::uint64_t number) { return static_cast<std::uint32_t>(number >> 32); }

}  // namespace

Hash hash_of(std::string_view bytes) {
  static const Secret secret = random_secret();
  const XXH128_hash_t hash = XXH3_128bits_withSecret(bytes.data(), bytes.size(), secret.data(), sizeof secret);
  Hash result{{low_half(hash.low64), high_half(hash.low64), low_half(hash.high64)}};
  if (result.is_none()) [[unlikely]]
    result.words[0] = 1;
  return result;
}

}  // namespace bulkmarc
