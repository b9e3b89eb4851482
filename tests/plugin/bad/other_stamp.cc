#include "bad_plugin.h"

BAD_PLUGIN(relayburn::kPluginMagic, relayburn::kStorageAbi, "relayburn 0.0.1; g++ 4", nullptr,
           nullptr)
