#include <functional>
#include <set>

#include "core/pricing/price_words.h"
#include "core/report/render/render.h"

namespace relayburn {
namespace {

struct Label {
  std::string name, value;
};

// Letters, digits and '_' alone may stand in the name of a label.
std::string label_name(const Dimension& dimension) {
  std::string name = dimension.name;
  for (char& c : name)
    if (std::string_view("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
            .find(c) == std::string_view::npos)
      c = '_';
  return name;
}

// Two keys of tags may come to the same name.
std::vector<std::string> label_names(const ReportTable& table) {
  std::vector<std::string> names;
  for (const Dimension& dimension : table.dimensions) {
    std::string name = label_name(dimension);
    for (const std::string& other : names)
      if (name == other) name += "_" + std::to_string(names.size() + 1);
    names.push_back(std::move(name));
  }
  return names;
}

// An absent name is an empty label, which is none; so an empty name has to be told from it.
std::string label_value(const ReportRow& row, size_t i) {
  if (row.is_other) return "";
  if (!row.names[i]) return "";
  return row.names[i]->empty() ? "\"\"" : *row.names[i];
}

std::string by_text(const ReportTable& table) {
  std::string by;
  for (const Dimension& dimension : table.dimensions)
    by += (by.empty() ? "" : ",") + dimension.name;
  return by;
}

std::vector<Label> labels_of(const ReportTable& table, const ReportRow& row) {
  const std::vector<std::string> names = label_names(table);
  std::vector<Label> labels = {{"by", by_text(table)}};
  for (size_t i = 0; i < names.size(); ++i) labels.push_back({names[i], label_value(row, i)});
  if (row.is_other) labels.push_back({"other", "true"});  // a name may be anything
  return labels;
}

std::string label_text(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (c == '\n') {
      text += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') text += '\\';
    text += c;
  }
  return text;
}

void append_sample(std::string& out, const std::string& metric, const std::vector<Label>& labels,
                   const std::string& value) {
  out += metric + "{";
  for (size_t i = 0; i < labels.size(); ++i)
    out += (i > 0 ? "," : "") + labels[i].name + "=\"" + label_text(labels[i].value) + "\"";
  out += "} " + value + "\n";
}

// One metric: what it is, and its samples for a row.
struct Metric {
  std::string name, help;
  std::function<void(std::string& out, const std::string& name, std::vector<Label> labels,
                     const Figures& figures)>
      append;
};

void append_tokens(std::string& out, const std::string& name, std::vector<Label> labels,
                   const Figures& figures) {
  labels.push_back({"class", ""});
  for (const TokenClass& each : kTokenClasses) {
    labels.back().value = each.label;
    append_sample(out, name, labels, std::to_string(figures.sums.*each.count));
  }
}

void append_cost(std::string& out, const std::string& name, const std::vector<Label>& labels,
                 const Figures& figures) {
  if (figures.cost) append_sample(out, name, labels, format_usd(*figures.cost));
}

std::vector<Metric> metrics() {
  const auto count = [](auto value) {
    return [value](std::string& out, const std::string& name, const std::vector<Label>& labels,
                   const Figures& figures) {
      append_sample(out, name, labels, std::to_string(value(figures)));
    };
  };
  return {
      {"relayburn_cost_usd", "Cost at list prices in US dollars, of the turns that have a price.",
       append_cost},
      {"relayburn_tokens", "Tokens by class; the classes do not overlap.", append_tokens},
      {"relayburn_turns", "Responses of a model.",
       count([](const Figures& figures) { return figures.sums.turns; })},
      {"relayburn_sessions", "Distinct sessions; rows may share some.",
       count([](const Figures& figures) { return figures.sessions; })},
      {"relayburn_unpriced_turns", "Turns of models without a list price.",
       count([](const Figures& figures) { return figures.unpriced_turns; })},
      {"relayburn_output_lower_bound_turns",
       "Turns whose log holds only a placeholder for the output.",
       count([](const Figures& figures) { return figures.sums.lower_bound_turns; })},
  };
}

}  // namespace

std::string render_prometheus(const UsageReport& report) {
  std::string text;
  for (const Metric& metric : metrics()) {
    text += "# HELP " + metric.name + " " + metric.help + "\n# TYPE " + metric.name + " gauge\n";
    std::set<std::string> written;  // a table that is asked for twice has no series of its own
    for (const ReportTable& table : report.tables)
      if (written.insert(by_text(table)).second)
        for (const ReportRow& row : table.rows)
          metric.append(text, metric.name, labels_of(table, row), row.figures);
  }
  return text;
}

}  // namespace relayburn
