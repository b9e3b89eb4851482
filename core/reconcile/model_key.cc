#include "core/reconcile/model_key.h"

#include <algorithm>

#include "core/base/spelling.h"
#include "core/pricing/model_name.h"

namespace relayburn {

std::string model_key(std::string_view name) {
  std::string key = lower_case(name);
  std::replace(key.begin(), key.end(), ' ', '-');
  std::string_view rest = key;
  for (const std::string_view maker : {"anthropic/", "openai/"})
    if (rest.size() > maker.size() && rest.starts_with(maker)) rest.remove_prefix(maker.size());
  rest = drop_context_suffix(rest).value_or(rest);
  rest = drop_date(rest).value_or(rest);
  rest = drop_latest(rest).value_or(rest);
  std::string spelled(rest);
  // The dots of other makers' versions are part of the name.
  if (spelled.starts_with("claude")) std::replace(spelled.begin(), spelled.end(), '.', '-');
  return spelled;
}

}  // namespace relayburn
