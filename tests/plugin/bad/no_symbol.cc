extern "C" __attribute__((visibility("default"))) int relayburn_something_else() { return 0; }
