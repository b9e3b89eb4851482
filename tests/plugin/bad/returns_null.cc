#include "bad_plugin.h"

RELAYBURN_STORAGE_PLUGIN("bad", relayburn::open_nothing)
