#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bulkmarc {

/// Appends `text` with the characters that the mnemonics of MARCMaker ({dollar}, {AElig}, {E2}, {eacute}) stand for.
/// Mnemonics of combining characters stand before their letter, as in MARC-8, and the characters come after it. What
/// is not a known mnemonic is kept as it stands. Returns how many words in braces are unknown.
std::size_t append_without_mnemonics(std::string_view text, std::string& output);

/// The same for a text in MARC-8, which stays one: characters that its sets lack become references (`&#x2026;`).
std::size_t append_mnemonics_as_marc8(std::string_view text, std::string& output);

}  // namespace bulkmarc
