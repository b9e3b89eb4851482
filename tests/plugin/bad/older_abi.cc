#include "bad_plugin.h"

BAD_PLUGIN(relayburn::kPluginMagic, relayburn::kStorageAbi - 1, nullptr, nullptr, nullptr)
