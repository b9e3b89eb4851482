#pragma once
// Writes one price as a price list (the shape of models.json), so that whatever reads lists judges
// it.

#include <string>

namespace relayburn {

// `rates` is a JSON object. It holds from the date `from` (YYYY-MM-DD) on; "" holds ever since.
std::string dated_span(const std::string& from, const std::string& rates);
std::string one_price_list(const std::string& provider, const std::string& model,
                           const std::string& from, const std::string& rates);

}  // namespace relayburn
