#pragma once

#include <filesystem>
#include <string>
#include <variant>

#include <bulkmarc/target.hpp>

namespace bulkmarc {

struct Target::Impl {
  struct File {
    std::filesystem::path path;
    FileOptions options;
  };
  struct Parts {
    std::filesystem::path path;
    PartOptions options;
    FileOptions file_options;
  };
  struct StandardOutput {};
  struct Memory {
    std::string& output;
  };
  struct None {};

  std::variant<File, Parts, StandardOutput, Memory, None> kind;
};

/// Throws Error (kInvalidOptions) where the target was moved from.
[[nodiscard]] const Target::Impl& impl_of(const Target& target);

}  // namespace bulkmarc
