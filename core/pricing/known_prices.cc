#include "core/pricing/known_prices.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/json_writer.h"
#include "core/pricing/model_name.h"
#include "core/pricing/one_price_list.h"

namespace relayburn {

extern const std::string_view kEmbeddedPrices;  // made by embed_prices.cmake

std::string family_of(std::string_view model) {
  if (const auto name = drop_latest(model)) model = *name;
  if (const auto name = drop_date(model)) model = *name;
  return std::string(model);
}

std::optional<std::string> problem_of(const std::string& provider, const std::string& model,
                                      const std::string& from, const std::string& rates) {
  try {
    PriceTable::parse(one_price_list(provider, model, from, rates), "the list");
    return std::nullopt;
  } catch (const Error& error) {
    const std::string text = error.what();
    const std::string name = provider + "/" + model + ": ";
    const size_t begin = text.find(name);
    return begin == std::string::npos ? text : text.substr(begin + name.size());
  }
}

KnownPrices KnownPrices::bundled(const std::vector<LearnedPrice>& learned) {
  return of_list(kEmbeddedPrices, learned);
}

KnownPrices KnownPrices::of_list(std::string_view json, const std::vector<LearnedPrice>& learned) {
  KnownPrices known;
  for (ListedPrice& listed : parse_price_feed(json).prices)
    known.models_[{listed.provider, listed.model}][listed.from] = std::move(listed.price);
  for (const LearnedPrice& each : learned) known.add(each);
  known.index_names();
  return known;
}

// What a report cannot use does not hold either.
void KnownPrices::add(const LearnedPrice& learned) {
  const std::string from = learned.from_date.value_or("");
  const bool is_dated = from.empty() || is_date(from);
  const std::optional<JsonTree> tree = parse_json_tree(learned.rates);
  if (!is_dated || !tree || problem_of(learned.provider, learned.model, from, learned.rates))
    return;
  try {
    models_[{learned.provider, learned.model}][from] = parse_stated_price(*tree);
  } catch (const Nonsense&) {
  }
}

void KnownPrices::index_names() {
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("snapshot").string("").key("providers").begin_object();
  for (auto model = models_.begin(); model != models_.end();) {
    const std::string& provider = model->first.first;
    json.key(provider).begin_object();
    for (; model != models_.end() && model->first.first == provider; ++model) {
      json.key(model->first.second).begin_array();
      for (const auto& [from, price] : model->second) json.raw(dated_span(from, price_json(price)));
      json.end_array();
    }
    json.end_object();
  }
  json.end_object().end_object();
  table_ = PriceTable::parse(text, "the known prices");
}

const KnownPrices::Spans* KnownPrices::find(const std::string& provider,
                                            const std::string& model) const {
  if (const auto own = models_.find({provider, model}); own != models_.end()) return &own->second;
  const PriceMatch match = table_.find("", provider + "/" + model);
  if (match.price == nullptr) return nullptr;
  const auto other = models_.find({match.price->provider, match.price->model});
  return other == models_.end() ? nullptr : &other->second;
}

const StatedPrice* KnownPrices::on(const std::string& provider, const std::string& model,
                                   const std::string& day) const {
  const Spans* spans = find(provider, model);
  if (spans == nullptr) return nullptr;
  const auto after = spans->upper_bound(day);
  return after == spans->begin() ? nullptr : &std::prev(after)->second;
}

bool KnownPrices::has(const std::string& provider, const std::string& model) const {
  return find(provider, model) != nullptr;
}

void KnownPrices::put(const ListedPrice& learned) {
  models_[{learned.provider, learned.model}][learned.from] = learned.price;
}

KnownPrices::Families KnownPrices::families() const {
  Families families;
  for (const auto& [name, spans] : models_)
    families.emplace_back(name.first, family_of(name.second));
  std::sort(families.begin(), families.end());
  families.erase(std::unique(families.begin(), families.end()), families.end());
  return families;
}

}  // namespace relayburn
