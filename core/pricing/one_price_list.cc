#include "core/pricing/one_price_list.h"

#include "core/base/json_writer.h"

namespace relayburn {

std::string dated_span(const std::string& from, const std::string& rates) {
  if (from.empty()) return rates;
  std::string date;
  JsonWriter(date).begin_object().key("from").string(from);
  return date.append(rates == "{}" ? "" : ",").append(rates, 1);
}

std::string one_price_list(const std::string& provider, const std::string& model,
                           const std::string& from, const std::string& rates) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("snapshot").string("").key("providers").begin_object();
  json.key(provider).begin_object().key(model).begin_array();
  json.raw(dated_span(from, rates));
  json.end_array().end_object().end_object().end_object();
  return text;
}

}  // namespace relayburn
