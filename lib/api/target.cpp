#include <bulkmarc/target.hpp>

#include <unistd.h>

#include <utility>

#include <fmt/format.h>

#include <bulkmarc/error.hpp>

#include "api/target_impl.hpp"
#include "record/internals.hpp"

namespace bulkmarc {

Target::Target(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Target::~Target() = default;
Target::Target(Target&& other) noexcept = default;
Target& Target::operator=(Target&& other) noexcept = default;

const Target::Impl& impl_of(const Target& target) {
  const Target::Impl* impl = Internals::of(target);
  if (impl == nullptr) throw Error(ErrorCode::kInvalidOptions, {}, "the target was moved from");
  return *impl;
}

std::string Target::Impl::Descriptor::name() const {
  return number == STDOUT_FILENO ? "standard output" : fmt::format("descriptor {}", number);
}

Target Target::file(const std::filesystem::path& path, FileOptions options) {
  return Target(std::make_unique<Impl>(Impl{Impl::File{path, options}}));
}
Target Target::parts(const std::filesystem::path& path, PartOptions parts, FileOptions options) {
  return Target(std::make_unique<Impl>(Impl{Impl::Parts{path, std::move(parts), options}}));
}
Target Target::descriptor(int descriptor) { return Target(std::make_unique<Impl>(Impl{Impl::Descriptor{descriptor}})); }
Target Target::standard_output() { return descriptor(STDOUT_FILENO); }
Target Target::function(std::function<void(std::string_view)> write) {
  return Target(std::make_unique<Impl>(Impl{Impl::Function{std::move(write)}}));
}
Target Target::memory(std::string& output) { return Target(std::make_unique<Impl>(Impl{Impl::Memory{output}})); }
Target Target::none() { return Target(std::make_unique<Impl>(Impl{Impl::None{}})); }

}  // namespace bulkmarc
