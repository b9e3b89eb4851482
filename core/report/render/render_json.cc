#include "core/base/json_writer.h"
#include "core/report/build/usage_fields.h"
#include "core/report/render/render.h"
#include "core/report/render/render_audit.h"
#include "core/report/render/render_budget.h"
#include "core/report/render/render_prices.h"
#include "core/report/render/report_words.h"

namespace relayburn {
namespace {

void write_bound(JsonWriter& json, std::string_view key, const std::optional<Instant>& bound) {
  json.key(key);
  if (bound) {
    json.string(format_instant(*bound));
  } else {
    json.null();
  }
}

void write_name(JsonWriter& json, const std::optional<std::string>& name) {
  if (name) {
    json.string(*name);
  } else {
    json.null();
  }
}

void write_filters(JsonWriter& json, const ReportFilters& filters) {
  json.key("filters").begin_object();
  for (const NamedFilter& filter : named_filters(filters)) {
    json.key(filter.name).begin_array();
    for (const std::string& value : filter.values) json.string(value);
    json.end_array();
  }
  json.end_object();
}

void write_figures(JsonWriter& json, const Figures& figures) {
  const GroupSums& sums = figures.sums;
  json.key("turns").integer(sums.turns).key("sessions").integer(figures.sessions);
  json.key("usage").begin_object();
  for (const UsageField& field : kUsageFields) json.key(field.name).integer(sums.*field.count);
  json.end_object();
  if (figures.cost) {
    json.key("costUsd").raw(format_usd(*figures.cost));
    json.key("costMicros").integer(microdollars(*figures.cost));
  } else {
    json.key("costUsd").null();
    json.key("costMicros").null();
  }
  json.key("unpricedTurns").integer(figures.unpriced_turns);
  json.key("outputIsLowerBoundTurns").integer(sums.lower_bound_turns);
}

void write_previous(JsonWriter& json, const std::optional<Figures>& previous) {
  if (!previous) return;
  json.key("previous").begin_object();
  write_figures(json, *previous);
  json.end_object();
}

// Which period the figures are set beside.
void write_previous_period(JsonWriter& json, const UsageReport& report) {
  if (!report.query.previous) return;
  json.key("previous").begin_object();
  write_bound(json, "since", report.query.previous->first);
  write_bound(json, "until", report.query.previous->second);
  json.end_object();
}

void write_table(JsonWriter& json, const ReportTable& table) {
  json.begin_object().key("by").begin_array();
  for (const Dimension& dimension : table.dimensions) json.string(dimension.name);
  json.end_array().key("rows").begin_array();
  for (const ReportRow& row : table.rows) {
    json.begin_object();
    if (row.is_other) json.key("other").boolean(true).key("folded").integer(row.folded);
    for (size_t i = 0; i < row.names.size(); ++i) {
      json.key(table.dimensions[i].name);
      write_name(json, row.names[i]);
    }
    write_figures(json, row.figures);
    write_previous(json, row.previous);
    json.end_object();
  }
  json.end_array().end_object();
}

}  // namespace

std::string render_json(const UsageReport& report) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("schemaVersion").integer(1);
  json.key("storage").string(report.storage).key("timezone").string(report.timezone);
  write_bound(json, "since", report.query.since);
  write_bound(json, "until", report.query.until);
  write_previous_period(json, report);
  write_filters(json, report.query.asked_filters());
  json.key("pricing").begin_object().key("snapshot").string(report.price_snapshot);
  write_price_source(json, report.price_source);
  json.key("overrides").boolean(report.has_price_overrides).end_object();
  json.key("totals").begin_object();
  write_figures(json, report.totals);
  write_previous(json, report.previous_totals);
  json.end_object().key("unpricedModels").begin_array();
  for (const UnpricedModel& unpriced : report.unpriced_models) {
    json.begin_object().key("model");
    write_name(json, unpriced.model);
    json.key("turns").integer(unpriced.turns).end_object();
  }
  json.end_array().key("unpricedTerms").begin_array();
  for (const UnpricedTerm& unpriced : report.unpriced_terms) {
    json.begin_object().key("model").string(unpriced.model).key("term").string(unpriced.term);
    json.key("turns").integer(unpriced.turns).end_object();
  }
  json.end_array().key("tables").begin_array();
  for (const ReportTable& table : report.tables) write_table(json, table);
  json.end_array();
  if (report.budget) write_budget(json, *report.budget);
  if (report.query.audits) write_audit(json, report);
  json.end_object();
  text += '\n';
  return text;
}

}  // namespace relayburn
