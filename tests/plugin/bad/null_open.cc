#include "bad_plugin.h"

BAD_PLUGIN(relayburn::kPluginMagic, relayburn::kStorageAbi, relayburn::kBuildStamp, "bad", nullptr)
