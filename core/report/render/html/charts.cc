#include "core/report/render/html/charts.h"

#include <algorithm>

#include "core/report/build/calendar.h"
#include "core/report/render/html/markup.h"

namespace relayburn {
namespace {

constexpr double kTop = 10;      // pixels above the plot
constexpr double kHeight = 212;  // of the plot; the dates stand below
constexpr double kDates = 242;
constexpr size_t kMaxDates = 7;

std::string colour_class(size_t position, bool is_rest) {
  return "s" + std::to_string(is_rest ? 6 : position % 6);
}

double height_of(const StackedChart& chart, double value) { return kHeight * value / chart.top; }

std::string axis(const StackedChart& chart) {
  std::string out = "<svg class=\"axis\" aria-hidden=\"true\">";
  for (double tick = 0; tick <= chart.top * 1.001; tick += chart.step)
    out += "<text x=\"100%\" dx=\"-8\" text-anchor=\"end\" y=\"" +
           decimal(kTop + kHeight - height_of(chart, tick) + 4) + "\">" +
           escaped(chart.tick(tick)) + "</text>";
  return out + "</svg>";
}

std::string grid(const StackedChart& chart) {
  std::string out;
  for (double tick = 0; tick <= chart.top * 1.001; tick += chart.step) {
    const std::string y = decimal(kTop + kHeight - height_of(chart, tick));
    out += std::string("<line class=\"") + (tick == 0 ? "base" : "grid") +
           "\" x1=\"0\" x2=\"100%\" y1=\"" + y + "\" y2=\"" + y + "\"/>";
  }
  return out;
}

std::string long_day(const std::string& day) {
  constexpr const char* kWeekdays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  return std::string(kWeekdays[day_of_week(day)]) + " " + day;
}

std::string tooltip(const StackedChart& chart, size_t day) {
  std::string parts;
  double sum = 0;
  for (const Series& series : chart.series) {
    if (series.values[day] <= 0) continue;
    sum += series.values[day];
    parts += "\n" + escaped(series.name) + ": " + escaped(chart.value(series.values[day]));
  }
  std::string head = long_day(chart.days[day]);
  if (parts.empty()) return head + ": nothing";
  if (chart.shows_sum) head += ": " + escaped(chart.value(sum));
  return head + parts;
}

std::string day_column(const StackedChart& chart, size_t day) {
  const double slot = 1.0 / static_cast<double>(chart.days.size());
  const double left = slot * static_cast<double>(day);
  std::string out = "<g class=\"day\"><title>" + tooltip(chart, day) +
                    "</title><rect class=\"hit\" x=\"" + percentage(left) + "\" y=\"" +
                    decimal(kTop) + "\" width=\"" + percentage(slot) + "\" height=\"" +
                    decimal(kHeight) + "\"/>";
  double y = kTop + kHeight;
  for (size_t i = 0; i < chart.series.size(); ++i) {
    const double height = height_of(chart, chart.series[i].values[day]);
    if (height <= 0) continue;
    y -= height;
    out += "<rect class=\"part " + colour_class(i, chart.series[i].is_rest) + "\" x=\"" +
           percentage(left + slot * 0.12) + "\" y=\"" + decimal(y) + "\" width=\"" +
           percentage(slot * 0.76) + "\" height=\"" + decimal(height) + "\"/>";
  }
  return out + "</g>";
}

// A few, evenly; the last day has one. Every other one is dropped where it is narrow.
std::string dates(const StackedChart& chart) {
  const size_t count = chart.days.size();
  const size_t step = (count + kMaxDates - 1) / kMaxDates;
  std::string out;
  size_t number = 0;
  for (size_t day = count; day-- > 0;) {
    if ((count - 1 - day) % step != 0) continue;
    const bool is_last = day + 1 == count;
    const double x = is_last ? 1 : (static_cast<double>(day) + 0.5) / static_cast<double>(count);
    out += std::string("<text") + (number++ % 2 == 1 ? " class=\"minor\"" : "") + " x=\"" +
           percentage(x) + "\" y=\"" + decimal(kDates) + "\" text-anchor=\"" +
           (is_last ? "end" : "middle") + "\">" + std::to_string(day_of_month(chart.days[day])) +
           " " + month_name(chart.days[day]) + "</text>";
  }
  return out;
}

std::string legend(const StackedChart& chart) {
  std::string out = "<ul class=\"legend\">";
  for (size_t i = 0; i < chart.series.size(); ++i) {
    const Series& series = chart.series[i];
    out += "<li><svg aria-hidden=\"true\"><rect class=\"" + colour_class(i, series.is_rest) +
           "\" width=\"100%\" height=\"100%\" rx=\"3\"/></svg><span class=\"name\">" +
           escaped(series.name) + "</span>";
    if (!series.sum.empty()) out += "<span class=\"sum\">" + escaped(series.sum) + "</span>";
    out += "</li>\n";
  }
  return out + "</ul>\n";
}

}  // namespace

std::string stacked_chart(const StackedChart& chart) {
  const std::string title_id = chart.id + "-title";
  std::string out = legend(chart) + "<div class=\"chart\">" + axis(chart) +
                    "<svg class=\"plot\" role=\"img\" aria-labelledby=\"" + title_id +
                    "\"><title id=\"" + title_id + "\">" + escaped(chart.title) + "</title>" +
                    grid(chart) + "\n";
  for (size_t day = 0; day < chart.days.size(); ++day) out += day_column(chart, day) + "\n";
  return out + dates(chart) + "</svg></div>\n";
}

std::string bar_list(const std::vector<Bar>& bars) {
  std::string out = "<ul class=\"bars\">\n";
  for (const Bar& bar : bars)
    out += "<li><p><span class=\"name\">" + escaped(bar.name) + "</span><span>" +
           escaped(bar.amount) + "</span><span class=\"share\">" + escaped(bar.share) +
           "</span></p><svg aria-hidden=\"true\"><rect class=\"track\" width=\"100%\" "
           "height=\"8\"/><rect class=\"" +
           colour_class(0, bar.is_rest) + "\" width=\"" +
           percentage(std::clamp(bar.length, 0.0, 1.0)) + "\" height=\"8\" rx=\"4\"/></svg></li>\n";
  return out + "</ul>\n";
}

}  // namespace relayburn
