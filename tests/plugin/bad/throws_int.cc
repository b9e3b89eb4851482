#include "bad_plugin.h"

static relayburn::StorageAdapter* fail(const relayburn::OpenContext&) { throw 42; }
RELAYBURN_STORAGE_PLUGIN("bad", fail)
