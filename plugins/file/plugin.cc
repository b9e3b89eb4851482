#include "core/storage/plugin_abi.h"
#include "plugins/file/file_ledger.h"

namespace {

relayburn::StorageAdapter* open_file(const relayburn::OpenContext& context) {
  return new relayburn::FileLedger(context);
}

}  // namespace

RELAYBURN_STORAGE_PLUGIN("file", open_file)
