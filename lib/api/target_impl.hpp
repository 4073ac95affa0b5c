#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include <bulkmarc/target.hpp>

#include "output/piece_output.hpp"

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
  struct Descriptor {
    int number;

    [[nodiscard]] std::string name() const;  ///< As reports and errors tell it.
  };
  struct Function {
    std::function<void(std::string_view)> write;
  };
  struct Memory {
    std::string& output;
  };
  struct None {};
  /// What export_range() writes.
  struct Piece {
    std::filesystem::path path;
    FileOptions options;
    WrittenPiece& written;
  };

  std::variant<File, Parts, Descriptor, Function, Memory, None, Piece> kind;

  static Target piece(const Piece& piece) { return Target(std::make_unique<Impl>(Impl{piece})); }
};

/// Throws Error (kInvalidOptions) where the target was moved from.
[[nodiscard]] const Target::Impl& impl_of(const Target& target);

}  // namespace bulkmarc
