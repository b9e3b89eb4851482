#include "bad_plugin.h"

// Nothing behind the magic may be looked at.
BAD_PLUGIN(0x123, 99, nullptr, nullptr, nullptr)
