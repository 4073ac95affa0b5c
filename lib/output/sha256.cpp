#include "output/sha256.hpp"

#include <fcntl.h>
#include <openssl/evp.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <new>
#include <span>

#include <fmt/format.h>

#include "platform/platform.hpp"
#include "platform/stop.hpp"
#include "text/buffer.hpp"

namespace bulkmarc {
namespace {

/// Nothing but memory can be lacking: the algorithm is in every OpenSSL.
void require(int succeeded) {
  if (succeeded != 1) throw std::bad_alloc();
}

}  // namespace

void Sha256::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  if (context_ == nullptr) throw std::bad_alloc();
  require(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr));
}

void Sha256::add(std::string_view bytes) { require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size())); }

std::string Sha256::digest() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int length = 0;
  require(EVP_DigestFinal_ex(context_.get(), bytes.data(), &length));
  std::string digits;
  for (const unsigned char byte : std::span(bytes).first(length)) digits += fmt::format("{:02x}", byte);
  return digits;
}

std::optional<std::string> sha256_of_file(const std::filesystem::path& path, std::uint64_t size,
                                          const std::stop_token& stop) {
  const Descriptor file(platform().open(path.c_str(), O_RDONLY | O_NONBLOCK, 0));
  struct ::stat status = {};
  if (!file.is_open() || platform().fstat(file.get(), status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  if (static_cast<std::uint64_t>(status.st_size) != size) return std::nullopt;
  Sha256 hash;
  Buffer buffer;
  const std::span<char> room = buffer.room(kReadAtOnce);
  while (true) {
    throw_if_stopped(stop);
    const ssize_t got = platform().read(file.get(), room.data(), room.size());
    if (got == -EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) return hash.digest();
    hash.add({room.data(), static_cast<std::size_t>(got)});
  }
}

}  // namespace bulkmarc
