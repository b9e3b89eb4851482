#pragma once
// Rewrites a ledger file: in the current version, without the content that a prune takes out, or
// without what was replaced. Throws Corrupt if a batch is no longer what the image read.

#include <string>

#include "core/storage/storage_adapter.h"
#include "plugins/file/file_image.h"

namespace relayburn {

struct RewrittenLedger {
  std::string text;     // the whole new file
  int64_t removed = 0;  // content records that are not in it
};

// Keeps every batch with its commit line, so that the counts of runs stay; the prune itself is the
// last batch.
RewrittenLedger prune_ledger(FileImage& image, const ContentPrune& prune);

// The whole new file, with every record, in the format of kFileVersion.
std::string in_current_version(FileImage& image);

// The whole new file: of every key only the record that counts.
std::string without_replaced(FileImage& image);

}  // namespace relayburn
