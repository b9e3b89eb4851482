#include "core/reconcile/render_reconcile.h"

#include <algorithm>
#include <set>

#include "core/base/terminal_text.h"
#include "core/report/render/report_words.h"
#include "core/report/render/text_table.h"

namespace relayburn {
namespace {

constexpr const char* kNothing = "-";

std::string money_text(Picodollars amount) {
  const bool is_negative = amount.amount < 0;
  const Picodollars magnitude{is_negative ? -amount.amount : amount.amount};
  return (is_negative ? "-$" : "$") + format_usd_cents(magnitude);
}

std::string unlogged_text(const Compared& compared) {
  const char* bound = compared.unpriced_turns > 0     ? "≤ "
                      : compared.total_is_lower_bound ? "≥ "
                                                      : "";
  return bound + money_text(compared.unlogged());
}

std::string or_nothing(const std::string& text) { return text.empty() ? kNothing : text; }

// Puts as many words on a line as fit; a longer word has a line of its own.
std::string wrapped(std::string_view text, std::optional<size_t> width) {
  std::string out;
  size_t column = 0;
  while (!text.empty()) {
    const size_t blank = std::min(text.find(' '), text.size());
    const std::string word(text.substr(0, blank));
    const size_t own = display_width(word);
    const bool fits = !width || column + 1 + own <= *width;
    if (column > 0) out += fits ? " " : "\n";
    column = fits && column > 0 ? column + 1 + own : own;
    out += word;
    text.remove_prefix(std::min(blank + 1, text.size()));
  }
  return out + "\n";
}

// "89.99 %": cut, so that what is below a bound never reads like the bound.
std::string percent(int64_t millionths) {
  std::string hundredths = std::to_string(millionths / 100 % 100);
  if (hundredths.size() == 1) hundredths.insert(0, "0");
  const std::string whole = std::to_string(millionths / 10'000);
  return whole + (hundredths == "00" ? "" : "." + hundredths) + " %";
}

class ReconcileText {
 public:
  ReconcileText(const Reconciliation& result, const Bill& bill) : result_(result), bill_(bill) {}

  std::string print(std::optional<size_t> width) const {
    std::string text = wrapped(title(), width);
    if (result_.rows.empty()) return text + "\nNo turns, and nothing to set beside them.\n";
    text += "\n" + table(width) + "\n";
    if (result_.totals.tokens) text += wrapped("Tokens", width) + "\n" + tokens_table(width) + "\n";
    if (names_accounts()) text += wrapped("Reports", width) + "\n" + accounts_table(width) + "\n";
    for (const std::string& note : notes()) text += wrapped(note, width);
    return text;
  }

 private:
  std::string title() const {
    const std::string only = filters_text(result_.query.asked_filters());
    return "Logged, stated and billed from " + result_.period.first.value_or("the beginning") +
           " to " + result_.period.last.value_or("now") + (only.empty() ? "" : ", " + only) +
           " (days in " + result_.timezone + ", " +
           list_prices_text(result_.price_snapshot, result_.price_source,
                            result_.has_price_overrides) +
           ")";
  }

  bool shows_agent() const { return result_.totals.agent.has_value(); }
  bool shows_bill() const { return result_.totals.bill.has_value(); }

  std::string table(std::optional<size_t> width) const {
    TextTable table(1);
    std::vector<std::string> headings = {result_.by.name, "logged"};
    if (shows_agent()) headings.push_back("agents state");
    if (shows_bill()) headings.push_back("billed");
    if (shows_agent() || shows_bill()) headings.insert(headings.end(), {"unlogged", "coverage"});
    table.row(headings);
    table.rule();
    for (const ReconciledRow& row : result_.rows)
      table.row(cells(row, row.name ? printable(*row.name) : kNothing));
    table.rule();
    table.row(cells(result_.totals, "total"));
    if (width) table.fit(*width);
    return table.print();
  }

  std::vector<std::string> cells(const ReconciledRow& row, const std::string& name) const {
    std::vector<std::string> cells = {name, cost_text(row.figures)};
    const auto total = [](const auto& side) { return side ? total_text(*side) : kNothing; };
    if (shows_agent()) cells.push_back(total(row.agent));
    if (shows_bill()) cells.push_back(total(row.bill));
    if (!shows_agent() && !shows_bill()) return cells;
    const auto& compared = row.compared();
    cells.push_back(compared && !compared->is_open() ? unlogged_text(*compared) : kNothing);
    cells.push_back(or_nothing(compared ? coverage_text(*compared, 1) : ""));
    return cells;
  }

  // A report of usage states tokens and no money.
  std::string tokens_table(std::optional<size_t> width) const {
    TextTable table(1);
    table.row({result_.by.name, "logged", "counted", "coverage"});
    table.rule();
    for (const ReconciledRow& row : result_.rows)
      if (row.tokens)
        table.row(token_cells(*row.tokens, row.name ? printable(*row.name) : kNothing));
    table.rule();
    table.row(token_cells(*result_.totals.tokens, "total"));
    if (width) table.fit(*width);
    return table.print();
  }

  static std::vector<std::string> token_cells(const ComparedTokens& tokens,
                                              const std::string& name) {
    const auto coverage = tokens.coverage();
    return {name, with_thousands(billed_tokens(tokens.logged)),
            with_thousands(billed_tokens(tokens.billed)), coverage ? percent(*coverage) : kNothing};
  }

  bool names_accounts() const {
    const auto names_any = [](const ProviderReport& report) {
      const auto accounts = sum_by_account(report);
      return std::any_of(accounts.begin(), accounts.end(),
                         [](const auto& each) { return each.first.is_named(); });
    };
    return std::any_of(bill_.reports().begin(), bill_.reports().end(), names_any);
  }

  // Whose it is, as the providers say: what is logged names no workspace and no key.
  std::string accounts_table(std::optional<size_t> width) const {
    TextTable table(4);
    table.row({"provider", "workspace", "project", "key", "billed"});
    table.rule();
    for (const ProviderReport& report : bill_.reports())
      for (const auto& [account, amount] : sum_by_account(report))
        table.row({report.provider, name_of(account.workspace), name_of(account.project),
                   name_of(account.api_key),
                   report.content == ReportContent::Costs
                       ? money_text(amount.cost)
                       : with_thousands(billed_tokens(amount.tokens)) + " tokens"});
    if (width) table.fit(*width);
    return table.print();
  }

  static std::string name_of(const std::optional<std::string>& name) {
    return name ? printable(*name) : kNothing;
  }

  std::vector<std::string> notes() const {
    const ReconciledRow& totals = result_.totals;
    std::vector<std::string> notes;
    if (totals.agent)
      notes.push_back(stated_text(*totals.agent) + ", in " +
                      with_thousands(totals.stated_sessions) +
                      (totals.stated_sessions == 1 ? " session" : " sessions"));
    if (totals.bill) notes.push_back(billed_note(*totals.bill));
    if (totals.tokens) notes.push_back(tokens_note(*totals.tokens));
    if (!totals.agent && !totals.bill)
      notes.push_back(
          "no agent states a cost here, and no report of costs was given: see relayburn reconcile "
          "--help");
    if (totals.compared())
      notes.push_back(
          "unlogged and coverage compare like with like: these sessions, or these days of the "
          "provider");
    if (result_.by.kind == Dimension::Kind::Day && leaves_out_sessions())
      notes.push_back("sessions of several days have a total, and no day has it");
    if (totals.figures.unpriced_turns > 0)
      notes.push_back(with_thousands(totals.figures.unpriced_turns) +
                      (totals.figures.unpriced_turns == 1 ? " turn has" : " turns have") +
                      " no list price: what is logged is a lower bound");
    return notes;
  }

  std::string providers(ReportContent content) const {
    std::set<std::string> names;
    for (const ProviderReport& report : bill_.reports())
      if (report.content == content) names.insert(report.provider);
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : " and ") + name;
    return text;
  }

  std::string billed_note(const Compared& bill) const {
    const std::string coverage = coverage_text(bill, 0);
    return "logged " + logged_text(bill) + " of " + total_text(bill) + " billed by " +
           providers(ReportContent::Costs) + (coverage.empty() ? "" : " (" + coverage + ")");
  }

  std::string tokens_note(const ComparedTokens& tokens) const {
    return "logged " + with_thousands(billed_tokens(tokens.logged)) + " of " +
           with_thousands(billed_tokens(tokens.billed)) + " tokens counted by " +
           providers(ReportContent::Usage);
  }

  bool leaves_out_sessions() const {
    Picodollars of_days;
    for (const ReconciledRow& row : result_.rows)
      if (row.agent) of_days += row.agent->total;
    return result_.totals.agent && of_days != result_.totals.agent->total;
  }

  const Reconciliation& result_;
  const Bill& bill_;
};

}  // namespace

// A total that is a lower bound proves no coverage: it is at most what it seems.
bool holds(const MinCoverage& wanted, const ReconciledRow& totals) {
  const auto& compared = totals.compared();
  return compared && !compared->total_is_lower_bound && compared->covers(wanted.millionths);
}

std::string unmet_text(const MinCoverage& wanted, const ReconciledRow& totals) {
  const auto& compared = totals.compared();
  if (!compared)
    return "coverage is not known, so it is not " + percent(wanted.millionths) +
           ": no agent states a cost here, and no report of costs was given";
  if (compared->total_is_lower_bound && compared->covers(wanted.millionths))
    return "coverage is not known, so it is not " + percent(wanted.millionths) +
           ": the agents state only a part of their cost";
  const auto cut = compared->logged.amount * 1'000'000 / compared->total.amount;
  return "coverage is " + percent(static_cast<int64_t>(cut)) + ", below " +
         percent(wanted.millionths) + ": logged " + logged_text(*compared) + " of " +
         total_text(*compared) + (totals.bill ? " that is billed" : " that the agents state");
}

std::string render_reconcile_text(const Reconciliation& result, const Bill& bill,
                                  std::optional<size_t> width) {
  return ReconcileText(result, bill).print(width);
}

}  // namespace relayburn
