#pragma once
// Reads what a logged model name may mean: the steps from the name as an agent
// logged it to the names that a price list might hold. Pure text; no step knows a price.
// A step that does not apply returns nullopt. Letter case matters to none of them.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace relayburn {

// "accounts/fireworks/models/X", "synthetic/X", "hf:org/X" and "hf:X" → X.
std::optional<std::string_view> drop_synthetic_prefix(std::string_view name);

// "openai/gpt-5" → "gpt-5"; of several segments the first goes.
std::optional<std::string_view> drop_provider_prefix(std::string_view name);

// "claude-opus-4-6[1m]" → "claude-opus-4-6".
std::optional<std::string_view> drop_context_suffix(std::string_view name);

// "us.anthropic.claude-sonnet-4-5-20250929-v1:0" → "claude-sonnet-4-5-20250929". Claude names only.
std::optional<std::string_view> drop_bedrock_parts(std::string_view name);

// "claude-sonnet-4-5@20250929" → "claude-sonnet-4-5-20250929".
std::optional<std::string> respell_vertex_date(std::string_view name);

// "claude-opus-4-6@default", as Vertex names a model without a date → "claude-opus-4-6".
std::optional<std::string_view> drop_vertex_default(std::string_view name);

// "claude-opus-4-8-fast" → "claude-opus-4-8". Not one of the steps below: the price is another one.
std::optional<std::string_view> drop_fast_suffix(std::string_view name);

// "gpt-5-2025-08-07", "claude-opus-4-5-20251101": without the date.
std::optional<std::string_view> drop_date(std::string_view name);

std::optional<std::string_view> drop_latest(std::string_view name);

// Names under which somebody may list a Claude model whose version is spelled otherwise:
// "claude-sonnet-4.5" ↔ "claude-sonnet-4-5". Empty for other models, whose dots are part of the
// name.
std::vector<std::string> respell_claude_version(std::string_view name);

// A name that another one is known to stand for: "codex-auto-review" → "gpt-5.2-codex".
std::optional<std::string_view> model_alias(std::string_view name);

struct NameCandidate {
  std::string name;
  std::vector<std::string> rules;  // the steps taken from the logged name, in order
};

// The logged name itself, then what each of the dropping steps made of its predecessor's result.
std::vector<NameCandidate> name_candidates(std::string_view logged_name);

}  // namespace relayburn
