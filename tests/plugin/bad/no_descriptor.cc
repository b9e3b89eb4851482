extern "C" __attribute__((visibility("default"))) const void* relayburn_storage_plugin() {
  return nullptr;
}
