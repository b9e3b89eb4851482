#include "core/records/local_provider.h"

#include <algorithm>
#include <array>
#include <string>

namespace relayburn {

bool is_local_provider(std::string_view name) {
  constexpr std::array<std::string_view, 27> kLocalProviders = {
      "oss",          "lmstudio",   "lm-studio",   "ollama",    "ollama-chat",
      "ollama-local", "llama-cpp",  "llamacpp",    "llamafile", "llama-server",
      "llama-swap",   "vllm",       "hosted-vllm", "sglang",    "mlx",
      "mlx-lm",       "omlx",       "localai",     "local",     "local-llm",
      "koboldcpp",    "jan",        "gpt4all",     "docker",    "docker-model-runner",
      "lemonade",     "atomic-chat"};
  std::string plain(name);
  for (char& c : plain) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '_' || c == '.') c = '-';
  }
  return std::find(kLocalProviders.begin(), kLocalProviders.end(), plain) != kLocalProviders.end();
}

}  // namespace relayburn
