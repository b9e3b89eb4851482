#include <stdexcept>

#include "bad_plugin.h"

static relayburn::StorageAdapter* fail(const relayburn::OpenContext&) {
  throw std::out_of_range("beyond the end");
}
RELAYBURN_STORAGE_PLUGIN("bad", fail)
