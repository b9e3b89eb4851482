#pragma once
// Text that every backend can store: valid UTF-8 without U+0000. What is not becomes U+FFFD, before
// keys and hashes are made (LEDGER.md 1), alike everywhere.

#include <string>
#include <string_view>

namespace relayburn {

// Valid UTF-8 (no surrogates, no overlong forms) without U+0000. Fast on ASCII.
bool is_storable(std::string_view text);

// Appends `text`, each maximal ill-formed subsequence (as WHATWG decoders count them), each encoded
// surrogate (CESU: ED A0..BF xx, three bytes, counts as one) and each U+0000 replaced by one
// U+FFFD.
void append_storable(std::string& out, std::string_view text);
std::string storable(std::string_view text);

// Rewrites one JSON text so that a strict parser accepts what a person would: a leading byte-order
// mark is dropped; invalid UTF-8 and raw NUL bytes become U+FFFD; other raw control characters
// inside strings are escaped; escapes of lone surrogates and of U+0000 inside strings become
// \ufffd. The structure is not touched.
std::string repair_json(std::string_view json);

// The length of the whole JSON object that `text` starts with ('{' first; strings and nesting
// followed, contents not validated), or 0 where it is not closed.
size_t object_extent(std::string_view text);

}  // namespace relayburn
