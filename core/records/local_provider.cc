#include "core/records/local_provider.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/base/spelling.h"

namespace relayburn {

bool is_local_provider(std::string_view name) {
  constexpr std::array<std::string_view, 27> kLocalProviders = {
      "oss",          "lmstudio",   "lm-studio",   "ollama",    "ollama-chat",
      "ollama-local", "llama-cpp",  "llamacpp",    "llamafile", "llama-server",
      "llama-swap",   "vllm",       "hosted-vllm", "sglang",    "mlx",
      "mlx-lm",       "omlx",       "localai",     "local",     "local-llm",
      "koboldcpp",    "jan",        "gpt4all",     "docker",    "docker-model-runner",
      "lemonade",     "atomic-chat"};
  std::string plain = lower_case(name);
  std::replace_if(
      plain.begin(), plain.end(), [](char c) { return c == '_' || c == '.'; }, '-');
  return std::find(kLocalProviders.begin(), kLocalProviders.end(), plain) != kLocalProviders.end();
}

}  // namespace relayburn
