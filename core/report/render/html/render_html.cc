#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/terminal_text.h"
#include "core/report/build/calendar.h"
#include "core/report/render/html/charts.h"
#include "core/report/render/html/markup.h"
#include "core/report/render/html/table.h"
#include "core/report/render/render.h"
#include "core/report/render/report_words.h"
#include "core/report/render/scale.h"

namespace relayburn {
namespace {

constexpr const char* kTables[] = {"day,model", "model", "project", "host"};
constexpr size_t kMaxSeries = 6;
constexpr size_t kMaxBars = 8;
constexpr size_t kMaxOpenRows = 20;  // a longer table is folded up

std::string heading(const std::string& title, const std::string& note) {
  return "<h2>" + escaped(title) + "</h2>\n" +
         (note.empty() ? "" : "<p class=\"note\">" + escaped(note) + "</p>\n");
}

std::string own_name(const std::optional<std::string>& name, const char* none) {
  return name ? *name : none;
}

class Page {
 public:
  Page(const UsageReport& report, const std::vector<std::string>& days)
      : report_(report), days_(days), measure_(measure_of(report.totals)) {
    for (size_t i = 0; i < days.size(); ++i) day_numbers_[days[i]] = i;
  }

  std::string print() const {
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
           "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src " +
           content_hash(page_style()) + "; script-src " + content_hash(page_script()) +
           "; base-uri 'none'; form-action 'none'\">\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
           "<meta name=\"referrer\" content=\"no-referrer\">\n<title>" +
           escaped(measure_ == Measure::Cost ? cost_text(report_.totals) : "Usage") +
           " · AI coding agents, " + escaped(period()) + "</title>\n<style>" +
           std::string(page_style()) + "</style>\n</head>\n<body>\n<main>\n" + body() +
           "</main>\n<script>" + std::string(page_script()) + "</script>\n</body>\n</html>\n";
  }

 private:
  std::string body() const {
    std::string out = header();
    if (report_.totals.sums.turns == 0)
      return out + "<section class=\"card\"><p>No turns.</p></section>\n" + footer();
    out += facts();
    if (!days_.empty()) out += cost_per_day();
    out += "<div class=\"pair\">\n" + bars(report_.tables.at(2), "By project", "no project") +
           bars(report_.tables.at(3), "By host", "no host") + "</div>\n";
    if (!days_.empty()) out += cache_per_day();
    for (size_t i = std::size(kTables); i < report_.tables.size(); ++i)
      out += table(report_.tables[i]);
    return out + footer();
  }

  std::string amount_text(double value) const {
    if (measure_ == Measure::Tokens) return with_thousands(std::llround(value));
    return "$" + format_usd_cents(
                     {static_cast<Picodollars::Wide>(std::llround(value * 1e6)) * 1'000'000});
  }
  std::string figures_text(const Figures& figures) const {
    return measure_ == Measure::Cost ? cost_text(figures) : with_thousands(figures.tokens());
  }
  std::string share_text(double value) const {
    const double all = amount(report_.totals, measure_);
    return percent_text(all > 0 ? value / all : 0);
  }
  const char* measure_name() const { return measure_ == Measure::Cost ? "Cost" : "Tokens"; }

  // ---- words

  std::string period() const {
    const PeriodNames& asked = report_.period;
    if (days_.empty() && !asked.first && !asked.last) return "all time";
    const std::string first = asked.first.value_or(days_.empty() ? "" : days_.front());
    const std::string last = asked.last.value_or(days_.empty() ? "" : days_.back());
    if (first.empty()) return "up to " + last;
    return last.empty() ? "since " + first : first + " to " + last;
  }

  std::string chips() const {
    std::string out;
    for (const NamedFilter& filter : named_filters(report_.query.asked_filters()))
      for (const std::string& value : filter.values)
        out += std::string("<li>") + filter.name + " " + escaped(value) + "</li>";
    return out.empty() ? out : "<ul class=\"chips\">" + out + "</ul>\n";
  }

  std::string header() const {
    return "<header>\n<h1>AI coding agents, at list prices</h1>\n<p class=\"cost\">" +
           escaped(report_.totals.sums.turns == 0 ? "$0.00" : cost_text(report_.totals)) +
           "</p>\n<p class=\"period\">" + escaped(period()) + "</p>\n" + chips() + "</header>\n";
  }

  std::string facts() const {
    const auto fact = [](const std::string& name, const std::string& value,
                         const std::string& exact) {
      return "<div><dt>" + name + "</dt><dd title=\"" + exact + "\">" + value + "</dd></div>\n";
    };
    const Figures& all = report_.totals;
    const auto number = [&](const char* name, int64_t value) {
      const std::string exact = with_thousands(value);
      return fact(name, value < 1'000'000 ? exact : short_count(value), exact);
    };
    return "<dl class=\"facts\">\n" + number("Turns", all.sums.turns) +
           number("Sessions", all.sessions) + number("Tokens", all.tokens()) +
           number("Output tokens", all.sums.output) +
           fact("Input read from cache", percent_text(cache_share(all)),
                with_thousands(all.sums.cache_read) + " tokens") +
           "</dl>\n";
  }

  static std::string short_count(int64_t value) {
    const bool is_billions = value >= 999'950'000;
    const double scaled = static_cast<double>(value) / (is_billions ? 1e9 : 1e6);
    return decimal(std::round(scaled * 10) / 10) + (is_billions ? " B" : " M");
  }

  // ---- cost per day

  // The dearest models, each with its values by day, and one series for all others.
  std::vector<Series> series() const {
    std::vector<const ReportRow*> models;
    for (const ReportRow& row : report_.tables.at(1).rows) models.push_back(&row);
    std::stable_sort(models.begin(), models.end(), [&](const ReportRow* a, const ReportRow* b) {
      return amount(a->figures, measure_) > amount(b->figures, measure_);
    });
    const size_t shown = models.size() <= kMaxSeries ? models.size() : kMaxSeries - 1;
    std::vector<Series> all;
    std::map<std::optional<std::string>, size_t> places;
    for (size_t i = 0; i < shown; ++i) {
      places[models[i]->names[0]] = i;
      all.push_back(series_of(own_name(models[i]->names[0], "no model"), *models[i]));
    }
    if (shown < models.size()) all.push_back(rest_of(models, shown));
    fill(all, places);
    return all;
  }

  Series series_of(const std::string& name, const ReportRow& row) const {
    return {name, std::vector<double>(days_.size()),
            figures_text(row.figures) + " · " + share_text(amount(row.figures, measure_)), false};
  }

  Series rest_of(const std::vector<const ReportRow*>& models, size_t from) const {
    double sum = 0;
    for (size_t i = from; i < models.size(); ++i) sum += amount(models[i]->figures, measure_);
    return {std::to_string(models.size() - from) + " others", std::vector<double>(days_.size()),
            amount_text(sum) + " · " + share_text(sum), true};
  }

  void fill(std::vector<Series>& all,
            const std::map<std::optional<std::string>, size_t>& places) const {
    for (const ReportRow& row : report_.tables.at(0).rows) {
      const auto day = row.names[0] ? day_numbers_.find(*row.names[0]) : day_numbers_.end();
      if (day == day_numbers_.end()) continue;
      const auto place = places.find(row.names[1]);
      Series& one = place == places.end() ? all.back() : all[place->second];
      one.values[day->second] += amount(row.figures, measure_);
    }
  }

  std::string cost_per_day() const {
    StackedChart chart;
    chart.id = "cost";
    chart.title = std::string(measure_name()) + " per day, stacked by model";
    chart.days = days_;
    chart.series = series();
    double most = 0;
    size_t busiest = 0;
    for (size_t day = 0; day < days_.size(); ++day) {
      double sum = 0;
      for (const Series& one : chart.series) sum += one.values[day];
      if (sum > most) busiest = day;
      most = std::max(most, sum);
    }
    chart.step = round_ceiling(most / 4);
    chart.top = std::max(1.0, std::ceil(most / chart.step)) * chart.step;
    chart.tick = [this](double value) { return tick_text(value, measure_); };
    chart.value = [this](double value) { return amount_text(value); };
    std::string note = "by model";
    if (most > 0) note += "; most on " + days_[busiest] + ": " + amount_text(most);
    if (days_.size() >= kMaxChartedDays)
      note += "; the last " + std::to_string(days_.size()) + " days are shown";
    return card(heading(std::string(measure_name()) + " per day", note) + stacked_chart(chart));
  }

  // ---- the cache

  std::string cache_per_day() const {
    std::vector<GroupSums> sums(days_.size());
    for (const ReportRow& row : report_.tables.at(0).rows)
      if (row.names[0])
        if (const auto day = day_numbers_.find(*row.names[0]); day != day_numbers_.end())
          sums[day->second] += row.figures.sums;
    StackedChart chart;
    chart.id = "cache";
    chart.title = "Where the input came from, per day";
    chart.days = days_;
    chart.top = 1;
    chart.step = 0.25;
    chart.tick = chart.value = percent_text;
    chart.shows_sum = false;
    const std::vector<double> none(days_.size());
    chart.series = {{"read from the cache", none, "", false},
                    {"not cached", none, "", false},
                    {"written to the cache", none, "", false}};
    for (size_t day = 0; day < days_.size(); ++day) {
      const auto read = static_cast<double>(sums[day].cache_read);
      const auto written =
          static_cast<double>(sums[day].cache_create_5m + sums[day].cache_create_1h);
      const auto fresh = static_cast<double>(sums[day].input);
      const double all = read + written + fresh;
      if (all <= 0) continue;
      chart.series[0].values[day] = read / all;
      chart.series[1].values[day] = fresh / all;
      chart.series[2].values[day] = written / all;
    }
    return card(heading("Cache efficiency",
                        percent_text(cache_share(report_.totals)) +
                            " of all input tokens were read from the cache, at a fraction of the "
                            "price; by day") +
                stacked_chart(chart));
  }

  // ---- the others

  std::string bars(const ReportTable& by, const std::string& title, const char* none) const {
    std::vector<const ReportRow*> rows;
    for (const ReportRow& row : by.rows) rows.push_back(&row);
    std::stable_sort(rows.begin(), rows.end(), [&](const ReportRow* a, const ReportRow* b) {
      return amount(a->figures, measure_) > amount(b->figures, measure_);
    });
    const size_t shown = rows.size() <= kMaxBars ? rows.size() : kMaxBars - 1;
    double rest = 0;
    for (size_t i = shown; i < rows.size(); ++i) rest += amount(rows[i]->figures, measure_);
    const double first = rows.empty() ? 0 : amount(rows[0]->figures, measure_);
    const double longest = std::max({first, rest, 1e-12});
    std::vector<Bar> list;
    for (size_t i = 0; i < shown; ++i) {
      const double value = amount(rows[i]->figures, measure_);
      list.push_back({own_name(rows[i]->names[0], none), figures_text(rows[i]->figures),
                      share_text(value), value / longest, false});
    }
    if (shown < rows.size())
      list.push_back({std::to_string(rows.size() - shown) + " others", amount_text(rest),
                      share_text(rest), rest / longest, true});
    return "<section class=\"card\">\n" + heading(title, "") + bar_list(list) + "</section>\n";
  }

  std::string table(const ReportTable& one) const {
    std::string title = "By ";
    for (size_t i = 0; i < one.dimensions.size(); ++i)
      title += (i > 0 ? " and " : "") + one.dimensions[i].name;
    const std::string content = html_table(one, report_.totals);
    if (one.rows.size() <= kMaxOpenRows) return card(heading(title, "") + content);
    return card("<details><summary><h2>" + escaped(title) + ", " +
                with_thousands(static_cast<int64_t>(one.rows.size())) + " rows</h2></summary>\n" +
                content + "</details>\n");
  }

  static std::string card(const std::string& content) {
    return "<section class=\"card\">\n" + content + "</section>\n";
  }

  std::string footer() const {
    std::string out = "<footer>\n";
    if (report_.stated) out += "<p>" + escaped(stated_text(*report_.stated)) + "</p>\n";
    for (const std::string& note : footnotes(report_)) out += "<p>" + escaped(note) + "</p>\n";
    return out + "<p>Days in " + escaped(report_.timezone) + ", " +
           escaped(list_prices_text(report_.price_snapshot, report_.price_source,
                                    report_.has_price_overrides)) +
           ". Made by relayburn " RELAYBURN_VERSION ".</p>\n" + "</footer>\n";
  }

  const UsageReport& report_;
  const std::vector<std::string>& days_;
  const Measure measure_;
  std::map<std::string, size_t> day_numbers_;
};

}  // namespace

std::vector<std::string> html_tables() { return {std::begin(kTables), std::end(kTables)}; }

std::string render_html(const UsageReport& report, const std::vector<std::string>& days) {
  return Page(report, days).print();
}

}  // namespace relayburn
