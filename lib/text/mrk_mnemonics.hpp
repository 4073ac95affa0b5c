#pragma once

#include <string>
#include <string_view>

namespace bulkmarc {

/// Appends `text` with the characters that the mnemonics of MARCMaker ({dollar}, {AElig}, {E2}, {eacute}) stand for.
/// Mnemonics of combining characters stand before their letter, as in MARC-8, and the characters come after it. What
/// is no known mnemonic is kept as it stands.
void append_without_mnemonics(std::string_view text, std::string& output);

}  // namespace bulkmarc
