#include "bad_plugin.h"
#include "core/base/error.h"

static relayburn::StorageAdapter* refuse(const relayburn::OpenContext& context) {
  throw relayburn::Error(relayburn::ErrorKind::Unavailable, context.location + " is away", "wait");
}
RELAYBURN_STORAGE_PLUGIN("bad", refuse)
