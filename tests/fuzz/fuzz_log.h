#pragma once

#include <string_view>

#include "core/sources/source.h"
#include "tests/fuzz/fuzz_target.h"

namespace relayburn {

// Reads a log of one agent in one run and in two, the first of which sees only the bytes before the
// cut: the records must be the same (LEDGER.md 0).
void fuzz_cut_log(const Source& source, CutBytes log);

// Reads a file; what is wrong with it is an Error.
void fuzz_file(const Source& source, const std::string& path, const ReaderOptions& options);

// Reads a log that cannot be cut; what is wrong with it is an Error.
void fuzz_whole_log(const Source& source, std::string_view log);

}  // namespace relayburn
