// The library that missing_library is linked with. No file has its soname.
extern "C" __attribute__((visibility("default"))) int relayburn_absent();
extern "C" int relayburn_absent() { return 1; }
