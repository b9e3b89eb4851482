#include "bad_plugin.h"

extern "C" int relayburn_absent();

static relayburn::StorageAdapter* call_it(const relayburn::OpenContext&) {
  relayburn_absent();
  return nullptr;
}
RELAYBURN_STORAGE_PLUGIN("bad", call_it)
