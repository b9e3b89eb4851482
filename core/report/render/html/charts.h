#pragma once
// Charts as inline SVG: lengths across are per cent and lengths up are pixels, so that a chart fits
// any width and its text keeps its size.

#include <functional>
#include <string>
#include <vector>

namespace relayburn {

// One series of a stack; values[i] belongs to day i. Colours go by position, the rest is grey.
struct Series {
  std::string name;
  std::vector<double> values;
  std::string sum;  // what the legend says behind the name
  bool is_rest = false;
};

struct StackedChart {
  std::string id;     // unique on the page
  std::string title;  // of the whole, for those who do not see it
  std::vector<std::string> days;
  std::vector<Series> series;
  double top;  // the end of the axis
  double step;
  std::function<std::string(double)> tick;
  std::function<std::string(double)> value;  // of one day or part, for the tooltip
  bool shows_sum = true;                     // the tooltip begins with the day's sum
};

// With its legend.
std::string stacked_chart(const StackedChart& chart);

struct Bar {
  std::string name, amount, share;
  double length;  // 0 to 1
  bool is_rest = false;
};
std::string bar_list(const std::vector<Bar>& bars);

}  // namespace relayburn
