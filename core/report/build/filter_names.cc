#include "core/report/build/filter_names.h"

#include <fnmatch.h>

#include <algorithm>
#include <functional>
#include <iterator>

#include "core/base/error.h"
#include "core/base/spelling.h"
#include "core/base/terminal_text.h"
#include "core/records/described.h"
#include "core/records/stamps.h"
#include "core/report/build/group.h"
#include "core/report/facts/activities.h"
#include "core/report/facts/session_facts.h"

namespace relayburn {
namespace {

bool is_pattern(std::string_view value) {
  return value.find_first_of("*?") != std::string_view::npos;
}

std::string_view last_part(std::string_view name) {
  while (name.ends_with('/')) name.remove_suffix(1);
  if (name.ends_with(".git")) name.remove_suffix(4);
  return name.substr(name.find_last_of("/:") + 1);
}

bool matches(const std::string& value, const std::string& name) {
  if (is_pattern(value)) return fnmatch(value.c_str(), name.c_str(), 0) == 0;
  return !value.empty() && (name.starts_with(value) || last_part(name) == value);
}

// "opus-4" begins a word of "claude-opus-4-6".
bool begins_word(std::string_view value, std::string_view name) {
  constexpr std::string_view separators = "-/.:_ @";
  if (value.empty() || is_pattern(value)) return false;
  for (size_t at = name.find(value); at != std::string_view::npos; at = name.find(value, at + 1))
    if (at == 0 || separators.find(name[at - 1]) != std::string_view::npos) return true;
  return false;
}

// Takes what contains the value for near; long names are compared by their beginning.
size_t remoteness(const std::string& value, const std::string& name) {
  constexpr size_t kMaxCompared = 64;
  const std::string wanted = lower_case(value).substr(0, kMaxCompared);
  const std::string found = lower_case(name);
  if (found.find(wanted) != std::string::npos) return 0;
  return 1 + std::min(edit_distance(wanted, found.substr(0, kMaxCompared)),
                      edit_distance(wanted, last_part(found).substr(0, kMaxCompared)));
}

// The names that a ledger has, each kind loaded when it is asked for.
class LedgerNames {
 public:
  explicit LedgerNames(Snapshot& snapshot) : snapshot_(snapshot) {}

  // Counts all rows, which takes a moment: for what did not match.
  bool has_turns() { return snapshot_.count(Kind::Turn) > 0; }

  NameSet models() {
    return of_groups({GroupColumn::Model}, [](const Group& group) { return group.model; });
  }
  NameSet sessions() {
    NameSet names =
        of_groups({GroupColumn::Session}, [](const Group& group) { return group.session; });
    if (snapshot_.count(Kind::SessionCost) > 0)
      snapshot_.scan(Kind::SessionCost, {},
                     [&](Row row) { add(names, from_row<SessionCost>(row).session_id); });
    return names;
  }
  // Includes copies that do not count. Reads every turn.
  NameSet of_all_turns(const std::function<OptText(const Turn&)>& name_of) {
    NameSet names;
    snapshot_.scan(Kind::Turn, {}, [&](Row row) { add(names, name_of(from_row<Turn>(row))); });
    return names;
  }
  NameSet branches() {
    return of_groups({GroupColumn::Branch}, [](const Group& group) { return group.branch; });
  }
  NameSet providers() {
    NameSet names;
    each_group({GroupColumn::Source, GroupColumn::Model}, [&](const Group& group) {
      names.insert(provider_of(group.source.value_or(""), group.model));
    });
    return names;
  }
  NameSet projects() {
    NameSet names;
    each_group({GroupColumn::Source, GroupColumn::Session, GroupColumn::Cwd, GroupColumn::Remote},
               [&](const Group& group) {
                 add(names, group.cwd);
                 add(names, places().project(group.source, group.session, group.cwd, group.remote));
               });
    return names;
  }
  // Includes hosts whose sessions go by the label of another one.
  NameSet hosts() {
    NameSet names = of_places([](OptText host) { return host; });
    each_label([&](OptText label) { add(names, label); });
    return names;
  }
  NameSet users() {
    NameSet names = of_places(user_of_label);
    each_label([&](OptText label) { add(names, user_of_label(label)); });
    return names;
  }
  NameSet agents() {
    AgentTypes types;
    types.load(snapshot_);
    NameSet names;
    each_group(
        {GroupColumn::Source, GroupColumn::Session, GroupColumn::AgentId, GroupColumn::IsSidechain},
        [&](const Group& group) {
          add(names, types.type(group.source, group.session, group.agent_id, group.is_sidechain));
        });
    return names;
  }
  NameSet tools() {
    NameSet names;
    snapshot_.scan(Kind::ToolCall, {},
                   [&](Row row) { names.emplace(from_row<ToolCall>(row).name); });
    return names;
  }
  std::set<std::pair<std::string, std::string>> tags() {
    std::set<std::pair<std::string, std::string>> tags;
    snapshot_.scan(Kind::Stamp, {}, [&](Row row) {
      for (const auto& tag : parse_enrichment(from_row<Stamp>(row).enrichment)) tags.insert(tag);
    });
    return tags;
  }

 private:
  static void add(NameSet& names, OptText name) {
    if (name) names.emplace(*name);
  }

  void each_group(std::vector<GroupColumn> columns,
                  const std::function<void(const Group&)>& visit) {
    AggregateQuery query;
    query.group_by = std::move(columns);
    snapshot_.aggregate(
        query, [&](Row cells, const GroupSums&) { visit(read_group(query.group_by, cells)); });
  }

  NameSet of_groups(std::vector<GroupColumn> columns,
                    const std::function<OptText(const Group&)>& name_of) {
    NameSet names;
    each_group(std::move(columns), [&](const Group& group) { add(names, name_of(group)); });
    return names;
  }

  NameSet of_places(const std::function<OptText(OptText)>& name_of) {
    NameSet names;
    each_group({GroupColumn::Source, GroupColumn::Session}, [&](const Group& group) {
      add(names, name_of(places().host(group.source, group.session)));
    });
    return names;
  }

  void each_label(const std::function<void(OptText)>& visit) {
    snapshot_.scan(Kind::Host, {}, [&](Row row) { visit(from_row<Host>(row).label); });
    snapshot_.scan(Kind::HostNote, {}, [&](Row row) { visit(from_row<HostNote>(row).label); });
  }

  const HostsAndProjects& places() {
    if (!are_places_loaded_) places_.load(snapshot_);
    are_places_loaded_ = true;
    return places_;
  }

  Snapshot& snapshot_;
  HostsAndProjects places_;
  bool are_places_loaded_ = false;
};

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + printable(name);
  return text;
}

[[noreturn]] void throw_unknown(const char* flag, const std::string& value,
                                const std::vector<std::string>& nearest) {
  throw Error(ErrorKind::Usage,
              std::string(flag) + ": the ledger has nothing of '" + printable(value) + "'",
              nearest.empty() ? "" : "the nearest are: " + listed(nearest));
}

using LoadNames = std::function<NameSet()>;

// `load_all` also knows names that nothing counted has: it is asked where the others do not match.
void resolve(LedgerNames& ledger, const char* flag, std::vector<std::string>& values,
             const LoadNames& load, const LoadNames& load_all = {}) {
  if (values.empty()) return;
  const NameSet names = load();
  std::vector<std::string> resolved;
  for (const std::string& value : values) {
    std::vector<std::string> found = matching_names(value, names);
    if (found.empty() && load_all) found = matching_names(value, load_all());
    if (found.empty() && !ledger.has_turns()) return;
    if (found.empty()) throw_unknown(flag, value, nearest_names(value, names));
    for (const std::string& name : found)
      if (std::find(resolved.begin(), resolved.end(), name) == resolved.end())
        resolved.push_back(name);
  }
  values = std::move(resolved);
}

void check_tags(const ReportFilters& filters, LedgerNames& names) {
  if (filters.tag.empty()) return;
  const auto known = names.tags();
  for (const auto& [key, value] : filters.tag) {
    if (known.count({key, value}) > 0) continue;
    if (!names.has_turns()) return;
    NameSet spelled;
    for (const auto& tag : known) spelled.insert(tag.first + "=" + tag.second);
    const std::string wanted = key + "=" + value;
    throw_unknown("--tag", wanted, nearest_names(wanted, spelled));
  }
}

}  // namespace

std::vector<std::string> matching_names(const std::string& value, const NameSet& names) {
  if (names.count(value) > 0) return {value};
  const std::string lower = lower_case(value);
  const auto is_exact = [&](const std::string& name) { return matches(value, name); };
  const auto is_alike = [&](const std::string& name) { return matches(lower, lower_case(name)); };
  const auto has_word = [&](const std::string& name) {
    return begins_word(lower, lower_case(name));
  };
  using Rule = std::function<bool(const std::string&)>;
  for (const Rule& rule : {Rule(is_exact), Rule(is_alike), Rule(has_word)}) {
    std::vector<std::string> found;
    std::copy_if(names.begin(), names.end(), std::back_inserter(found), rule);
    if (!found.empty()) return found;
  }
  return {};
}

std::vector<std::string> nearest_names(const std::string& value, const NameSet& names) {
  constexpr size_t kMaxNearest = 3;
  std::vector<std::pair<size_t, std::string>> ranked;
  for (const std::string& name : names) ranked.emplace_back(remoteness(value, name), name);
  const size_t count = std::min(kMaxNearest, ranked.size());
  std::partial_sort(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(count),
                    ranked.end());
  std::vector<std::string> nearest;
  for (size_t i = 0; i < count; ++i) nearest.push_back(ranked[i].second);
  return nearest;
}

void resolve_filters(ReportQuery& query, Snapshot& snapshot) {
  ReportFilters& filters = query.filters;
  if (filters == ReportFilters()) return;
  LedgerNames names(snapshot);
  const ReportFilters asked = filters;
  resolve(names, "--model", filters.model, [&] { return names.models(); });
  resolve(names, "--provider", filters.provider, [&] { return names.providers(); });
  resolve(
      names, "--project", filters.project, [&] { return names.projects(); },
      [&] { return names.of_all_turns([](const Turn& turn) { return turn.cwd; }); });
  resolve(
      names, "--session", filters.session, [&] { return names.sessions(); },
      [&] { return names.of_all_turns([](const Turn& turn) { return turn.session_id; }); });
  resolve(names, "--host", filters.host, [&] { return names.hosts(); });
  resolve(names, "--user", filters.user, [&] { return names.users(); });
  resolve(
      names, "--branch", filters.branch, [&] { return names.branches(); },
      [&] { return names.of_all_turns([](const Turn& turn) { return turn.branch; }); });
  resolve(names, "--agent", filters.agent, [&] { return names.agents(); });
  resolve(names, "--activity", filters.activity, [] { return activity_names(); });
  resolve(names, "--tool", filters.tool, [&] { return names.tools(); });
  check_tags(filters, names);
  query.patterns = asked;
}

}  // namespace relayburn
