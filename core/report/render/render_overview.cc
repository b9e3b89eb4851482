#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/terminal_text.h"
#include "core/report/build/calendar.h"
#include "core/report/render/render.h"
#include "core/report/render/report_words.h"
#include "core/report/render/scale.h"

namespace relayburn {
namespace {

constexpr size_t kAxisWidth = 8;   // "  $1.50 ┤"
constexpr size_t kLabelWidth = 9;  // "projects "

std::string repeated(const char* text, size_t count) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out += text;
  return out;
}

std::string right(const std::string& text, size_t width) {
  const size_t own = display_width(text);
  return own < width ? std::string(width - own, ' ') + text : text;
}

std::string left(const std::string& text, size_t width) {
  const size_t own = display_width(text);
  return own < width ? text + std::string(width - own, ' ') : text;
}

// Whole cells and an eighth more or less; something is never nothing.
size_t eighths(double share, size_t cells) {
  if (share <= 0) return 0;
  const auto rounded = static_cast<size_t>(std::lround(share * static_cast<double>(cells * 8)));
  return std::clamp<size_t>(rounded, 1, cells * 8);
}

std::string bar(double share, size_t cells) {
  constexpr const char* kParts[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const size_t size = eighths(share, cells);
  return repeated("█", size / 8) + kParts[size % 8];
}

class Overview {
 public:
  Overview(const UsageReport& report, const std::vector<std::string>& days, TerminalStyle style)
      : report_(report),
        days_(days),
        style_(style),
        width_(std::clamp<size_t>(style.width, 40, 120)),
        measure_(measure_of(report.totals)) {}

  std::string print() {
    if (report_.headline) headline(*report_.headline);
    std::vector<std::string> title = {"Usage " + period_text(report_)};
    const std::string only = filters_text(report_.query.asked_filters());
    if (!only.empty()) {
      title.back() += ",";
      title.push_back(only);
    }
    wrapped(title, " ");
    if (report_.totals.sums.turns == 0) return out_ + "\nNo turns.\n";
    totals();
    if (report_.stated) wrapped(words(stated_text(*report_.stated)), " ");
    chart();
    out_ += "\n";
    for (size_t i = 1; i < report_.tables.size(); ++i) section(report_.tables[i]);
    notes();
    return out_;
  }

 private:
  std::string styled(const char* code, const std::string& text) const {
    return style_.has_colour && !text.empty() ? std::string("\x1b[") + code + "m" + text + "\x1b[m"
                                              : text;
  }
  std::string bold(const std::string& text) const { return styled("1", text); }
  std::string dim(const std::string& text) const { return styled("2", text); }
  std::string coloured(const std::string& text) const { return styled("36", text); }

  std::string amount_text(const Figures& figures) const {
    return measure_ == Measure::Cost ? cost_text(figures) : with_thousands(figures.tokens());
  }

  // As many parts on a line as fit.
  void wrapped(const std::vector<std::string>& parts, const std::string& between,
               bool stresses_first = false) {
    size_t column = 0;
    for (const std::string& part : parts) {
      const size_t own = display_width(part);
      if (column > 0 && column + between.size() + own > width_) {
        out_ += "\n";
        column = 0;
      }
      if (column > 0) out_ += between;
      out_ += stresses_first && &part == &parts.front() ? bold(part) : part;
      column += (column > 0 ? between.size() : 0) + own;
    }
    out_ += "\n";
  }

  void headline(const Headline& headline) {
    std::vector<std::string> parts = {"Today " + spent_text(headline.day),
                                      "this week " + spent_text(headline.week),
                                      headline.month_name + " " + spent_text(headline.month)};
    if (headline.month.projected > headline.month.spent)
      parts.back() += " (on course for $" + format_usd_cents(headline.month.projected) + ")";
    if (headline.as_of)
      parts.push_back("as of " + *headline.as_of + ", " + with_thousands(headline.hosts) +
                      (headline.hosts == 1 ? " host" : " hosts"));
    wrapped(parts, " · ");
    gap();
  }

  static std::string spent_text(const BudgetReport& period) {
    return (period.unpriced_turns > 0 ? "≥ $" : "$") + format_usd_cents(period.spent);
  }

  void totals() {
    const Figures& all = report_.totals;
    const auto counted = [](int64_t count, const char* what) {
      return with_thousands(count) + " " + what + (count == 1 ? "" : "s");
    };
    gap();
    wrapped({cost_text(all), counted(all.sums.turns, "turn"), counted(all.sessions, "session"),
             counted(all.tokens(), "token"), percent_text(cache_share(all)) + " of input cached"},
            "   ", true);
  }

  // All of it is to stay on the screen.
  bool is_low() const { return style_.height > 0 && style_.height < 36; }

  void gap() {
    if (!is_low()) out_ += "\n";
  }

  // ---- the days

  // The line about what agents state takes one of the chart's rows on a low screen.
  size_t chart_rows() const { return !is_low() ? 6 : report_.stated ? 3 : 4; }

  void chart() {
    out_ += "\n";
    if (days_.empty()) return;
    const std::vector<Figures> figures = figures_of_days();
    double most = 0;
    Picodollars cost;
    int64_t tokens = 0;
    for (const Figures& day : figures) {
      most = std::max(most, amount(day, measure_));
      cost += day.cost.value_or(Picodollars{});
      tokens += day.tokens();
    }
    const std::string sum =
        measure_ == Measure::Cost ? "$" + format_usd_cents(cost) : with_thousands(tokens);
    const std::string heading = std::to_string(days_.size()) +
                                (days_.size() == 1 ? " day" : " days") + " to " + days_.back();
    out_ += bold(heading) + right(sum, width_ - display_width(heading)) + "\n";
    bars(figures, round_ceiling(most));
    captions(figures);
  }

  std::vector<Figures> figures_of_days() const {
    std::map<std::string, const Figures*> by_day;
    for (const ReportRow& row : report_.tables.at(0).rows)
      if (row.names.at(0)) by_day[*row.names[0]] = &row.figures;
    std::vector<Figures> figures;
    for (const std::string& day : days_)
      figures.push_back(by_day.count(day) > 0 ? *by_day[day] : Figures());
    return figures;
  }

  // Of one day, with the gap after it.
  size_t column_width() const {
    return std::clamp<size_t>((width_ - kAxisWidth - 1) / days_.size(), 2, 8);
  }

  void bars(const std::vector<Figures>& figures, double top) {
    constexpr const char* kParts[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    const size_t cells = column_width() - 1;
    for (size_t row = chart_rows(); row-- > 0;) {
      std::string line;
      for (const Figures& day : figures) {
        const size_t size = eighths(amount(day, measure_) / top, chart_rows());
        const size_t here = size > row * 8 ? std::min<size_t>(size - row * 8, 8) : 0;
        line += repeated(kParts[here], cells) + " ";
      }
      line.erase(line.find_last_not_of(' ') + 1);
      const bool is_tick = row + 1 == chart_rows() || row + 1 == chart_rows() / 2;
      const double tick = top * static_cast<double>(row + 1) / static_cast<double>(chart_rows());
      out_ += dim(right(is_tick ? tick_text(tick, measure_) : "", kAxisWidth - 1) +
                  (is_tick ? " ┤" : " │")) +
              coloured(line) + "\n";
    }
    out_ += dim(right(tick_text(0, measure_), kAxisWidth - 1) + " └" +
                repeated("─", days_.size() * column_width() - 1)) +
            "\n";
  }

  void captions(const std::vector<Figures>& figures) {
    std::string dates(kAxisWidth + 1, ' ');
    std::string amounts = right(measure_ == Measure::Cost ? "$" : "tokens", kAxisWidth) + " ";
    for (size_t i = 0; i < days_.size(); ++i) {
      const std::string day = std::to_string(day_of_month(days_[i]));
      dates += left(right(day, std::min<size_t>(column_width() - 1, 2)), column_width());
      const bool is_empty = figures[i].sums.turns == 0;
      const std::string text =
          is_empty ? "-" : compact_text(amount(figures[i], measure_), measure_);
      amounts += left(text, column_width());
    }
    out_ += dim(trimmed(column_width() > 2 ? dates : narrow_dates())) + "\n";
    if (column_width() > 4) out_ += trimmed(amounts) + "\n";
  }

  static std::string trimmed(std::string text) {
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
  }

  // Only every other day has room.
  std::string narrow_dates() const {
    std::string dates(kAxisWidth + 1, ' ');
    for (size_t i = 0; i < days_.size(); i += 2)
      dates += left(std::to_string(day_of_month(days_[i])), 2 * column_width());
    return dates;
  }

  // ---- the tops

  struct Line {
    std::string name, figure;
    double share;
  };

  size_t shown_rows() const {
    if (style_.top) return *style_.top;
    return is_low() ? 2 : 5;
  }

  Line line_of(const std::string& name, const Figures& figures) const {
    const double all = amount(report_.totals, measure_);
    return {name, amount_text(figures), all > 0 ? amount(figures, measure_) / all : 0};
  }

  std::vector<Line> lines_of(const ReportTable& table) const {
    const size_t count = table.rows.size();
    // A fold of one row would be no shorter than the row.
    const size_t shown = count <= shown_rows() + 1 ? count : shown_rows();
    std::vector<Line> lines;
    for (size_t i = 0; i < shown; ++i)
      lines.push_back(
          line_of(row_names(table.rows[i], table.dimensions)[0], table.rows[i].figures));
    if (shown == count) return lines;
    Figures rest;
    Picodollars cost;
    for (size_t i = shown; i < count; ++i) {
      rest.sums += table.rows[i].figures.sums;
      rest.unpriced_turns += table.rows[i].figures.unpriced_turns;
      cost += table.rows[i].figures.cost.value_or(Picodollars{});
    }
    if (rest.unpriced_turns < rest.sums.turns) rest.cost = cost;
    lines.push_back(line_of(fold_name(static_cast<int64_t>(count - shown)), rest));
    return lines;
  }

  void section(const ReportTable& table) {
    const std::vector<Line> lines = lines_of(table);
    size_t figure_width = 0;
    size_t name_width = 0;
    for (const Line& line : lines) {
      figure_width = std::max(figure_width, display_width(line.figure));
      name_width = std::max(name_width, display_width(line.name));
    }
    const bool is_narrow = width_ < 60;
    const size_t label = is_narrow ? 0 : kLabelWidth;
    const size_t bar_width = std::clamp<size_t>(width_ / 5, 6, 30);
    const size_t fixed = label + 2 + figure_width + 2 + 5 + 2 + bar_width;
    name_width = width_ > fixed + 8 ? std::min<size_t>(width_ - fixed, kNameWidth) : 8;
    std::string heading = table.dimensions[0].name + "s";
    if (is_narrow) out_ += bold(heading) + "\n";
    for (const Line& line : lines) {
      if (!is_narrow) out_ += bold(left(heading, label));
      heading.clear();
      out_ += left(shortened(line.name, name_width), name_width) + "  " +
              right(line.figure, figure_width) + "  " + dim(right(percent_text(line.share), 5));
      const std::string share = bar(line.share, bar_width);
      if (!share.empty()) out_ += "  " + coloured(share);
      out_ += "\n";
    }
  }

  void notes() {
    gap();
    std::vector<std::string> parts = {"Days in " + report_.timezone + ",",
                                      list_prices_text(report_.price_snapshot, report_.price_source,
                                                       report_.has_price_overrides) +
                                          "."};
    if (!is_low()) parts.push_back("More: relayburn analyze --by day,model");
    wrapped(parts, " ");
    for (const std::string& note : footnotes(report_)) wrapped(words(note), " ");
  }

  static std::vector<std::string> words(std::string_view text) {
    std::vector<std::string> words;
    while (true) {
      const size_t blank = text.find(' ');
      words.emplace_back(text.substr(0, blank));
      if (blank == std::string_view::npos) return words;
      text.remove_prefix(blank + 1);
    }
  }

  static constexpr size_t kNameWidth = 48;

  const UsageReport& report_;
  const std::vector<std::string>& days_;
  const TerminalStyle style_;
  const size_t width_;
  const Measure measure_;
  std::string out_;
};

}  // namespace

std::string render_overview(const UsageReport& report, const std::vector<std::string>& days,
                            const TerminalStyle& style) {
  return Overview(report, days, style).print();
}

}  // namespace relayburn
