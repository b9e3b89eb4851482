#include "core/base/spelling.h"
#include "core/pricing/model_name.h"
#include "core/pricing/price_table.h"

namespace relayburn {
namespace {

std::string provider_of_source(std::string_view source) {
  if (source == "claude-code" || source == "anthropic-api") return "anthropic";
  if (source == "codex" || source == "openai-api") return "openai";
  if (source == "gemini-api") return "google";
  return lower_case(source);
}

}  // namespace

std::string provider_of(std::string_view source, std::optional<std::string_view> model) {
  if (!model) return provider_of_source(source);
  if (drop_synthetic_prefix(*model)) return "synthetic";
  const size_t slash = model->find('/');
  if (slash == 0 || slash == std::string_view::npos) return provider_of_source(source);
  return lower_case(model->substr(0, slash));
}

std::string PriceTable::biller_of(std::string_view source,
                                  std::optional<std::string_view> model) const {
  const std::string provider = provider_of(source, model);
  if (!model || drop_synthetic_prefix(*model) || model->find('/') != std::string_view::npos)
    return provider;
  if (drop_bedrock_parts(*model)) return "amazon-bedrock";
  if (respell_vertex_date(*model) || drop_vertex_default(*model)) return "google-vertex";
  const PriceMatch match = find(source, *model);
  return match.price != nullptr ? match.price->provider : provider;
}

}  // namespace relayburn
