#include "core/records/kinds.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "core/records/described.h"

namespace relayburn {
namespace {

using Names = std::vector<std::string>;

Names json_names(Kind kind) {
  Names names;
  for (const Column& column : describe(kind).columns) names.emplace_back(column.json_name);
  return names;
}

// "name type", with NOT NULL where the migration has it, of a column's definition.
std::string column_of(std::istream& words, const std::string& line) {
  std::string name, type;
  words >> name >> type;
  while (type.ends_with(',') || type.ends_with(';')) type.pop_back();
  return name + " " + type + (line.find("NOT NULL") != std::string::npos ? " NOT NULL" : "");
}

// Adds the columns of every CREATE TABLE, and of every ALTER TABLE … ADD COLUMN. Leaves out
// is_repaired, which is PostgreSQL's own bookkeeping.
void add_tables_of(const std::string& migration, std::map<std::string, Names>& tables) {
  std::ifstream file(RELAYBURN_TEST_DATA "/../../migrations/" + migration);
  REQUIRE(file);
  Names* table = nullptr;
  const std::string create = "CREATE TABLE {{schema}}";
  const std::string alter = "ALTER TABLE {{schema}}";
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(create)) {
      table = &tables[line.substr(create.size(), line.find(" (") - create.size())];
    } else if (line.starts_with(alter)) {
      std::istringstream words(line.substr(alter.size()));
      std::string name, add, column;
      words >> name >> add >> column;
      if (add == "ADD") tables[name].push_back(column_of(words, line));
    } else if (line.starts_with(")")) {
      table = nullptr;
    } else if (table != nullptr) {
      std::istringstream words(line);
      const std::string column = column_of(words, line);
      if (!column.starts_with("is_repaired ")) table->push_back(column);
    }
  }
}

std::map<std::string, Names> tables_of_migrations() {
  std::map<std::string, Names> tables;
  add_tables_of("0001_ledger.sql", tables);
  add_tables_of("0005_forget.sql", tables);
  add_tables_of("0004_operators.sqlite.sql", tables);
  add_tables_of("0011_money.postgres.sql", tables);
  return tables;
}

std::string sql_type(const Column& column) {
  const char* type = nullptr;
  switch (column.type) {
    case ColumnType::Key:
      type = "{{bytes}}";
      break;
    case ColumnType::Integer:
      type = "{{integer}}";
      break;
    case ColumnType::Instant:
      type = "{{instant}}";
      break;
    case ColumnType::Flag:
      type = "{{flag}}";
      break;
    case ColumnType::Text:
      type = "{{text}}";
      break;
  }
  return std::string(type) + (column.nullable ? "" : " NOT NULL");
}

TEST_CASE("kinds have their names and their order", "[kinds]") {
  Names names;
  for (const Kind kind : kAllKinds) {
    CHECK(describe(kind).kind == kind);
    names.emplace_back(describe(kind).name);
  }
  CHECK(names == Names{"turn", "tool_call", "tool_result", "user_turn", "relationship",
                       "compaction", "price", "session_cost", "stamp", "content", "forget",
                       "sighting", "host", "host_note", "price_check"});
}

TEST_CASE("kinds are found by name, and only by it", "[kinds]") {
  for (const Kind kind : kAllKinds) CHECK(find_kind(describe(kind).name) == &describe(kind));
  for (const char* unknown : {"", "turns", "Turn", "tool", "run", "turn "})
    CHECK(find_kind(unknown) == nullptr);
}

TEST_CASE("only sightings, hosts, notes on hosts and checks of prices are bookkeeping", "[kinds]") {
  for (const Kind kind : kAllKinds)
    CHECK(is_bookkeeping(kind) == (kind == Kind::Sighting || kind == Kind::Host ||
                                   kind == Kind::HostNote || kind == Kind::PriceCheck));
}

TEST_CASE("the JSON names of a turn are what exports promise", "[kinds]") {
  CHECK(json_names(Kind::Turn) == Names{"id",
                                        "revision",
                                        "isVoid",
                                        "source",
                                        "sessionId",
                                        "ts",
                                        "messageId",
                                        "callKey",
                                        "model",
                                        "input",
                                        "output",
                                        "reasoning",
                                        "cacheRead",
                                        "cacheCreate5m",
                                        "cacheCreate1h",
                                        "webSearchRequests",
                                        "contextTokens",
                                        "serviceTier",
                                        "speed",
                                        "inferenceGeo",
                                        "stopReason",
                                        "isSidechain",
                                        "agentId",
                                        "isFork",
                                        "outputIsLowerBound",
                                        "keywords",
                                        "uuid",
                                        "parentUuid",
                                        "requestId",
                                        "branch",
                                        "cwd",
                                        "remote",
                                        "version",
                                        "reportedCostUsd",
                                        "calls",
                                        "plan"});
}

TEST_CASE("the JSON names of the other kinds are what exports promise", "[kinds]") {
  const auto with_head = [](Names names) {
    const Names head = {"id", "revision", "isVoid", "source", "sessionId", "ts"};
    names.insert(names.begin(), head.begin(), head.end());
    return names;
  };
  CHECK(json_names(Kind::ToolCall) ==
        with_head({"messageId", "toolUseId", "name", "argsHash", "inputBytes", "filePath", "family",
                   "subagentType"}));
  CHECK(json_names(Kind::ToolResult) ==
        with_head({"toolUseId", "eventSource", "messageId", "status", "contentBytes", "contentHash",
                   "spawnedAgentId", "spawnedSessionId", "subagentType"}));
  CHECK(json_names(Kind::UserTurn) ==
        with_head({"uuid", "parentUuid", "textBytes", "keywords", "isMeta", "isCompactSummary",
                   "isSidechain", "agentId"}));
  CHECK(json_names(Kind::Relationship) ==
        with_head(
            {"type", "relatedSessionId", "agentId", "parentToolUseId", "subagentType", "version"}));
  CHECK(json_names(Kind::Compaction) ==
        with_head({"uuid", "logicalParentUuid", "trigger", "tokensBefore", "tokensAfter"}));
  CHECK(json_names(Kind::Price) ==
        Names{"id", "revision", "provider", "model", "fromDate", "rates", "origin"});
  CHECK(json_names(Kind::SessionCost) == with_head({"model", "input", "output", "cacheRead",
                                                    "cacheCreate", "costUsd", "hasUnknownCost"}));
  CHECK(json_names(Kind::Stamp) == with_head({"messageId", "fromTs", "toTs", "enrichment"}));
  CHECK(json_names(Kind::Content) ==
        with_head({"messageId", "contentKind", "role", "toolUseId", "body"}));
  CHECK(json_names(Kind::Sighting) ==
        Names{"id", "revision", "source", "sessionId", "hostId", "cwd", "remote"});
  CHECK(json_names(Kind::Host) ==
        Names{"id", "revision", "hostId", "label", "version", "lastIngest", "lastResult"});
  CHECK(json_names(Kind::HostNote) == Names{"id", "revision", "hostId", "label", "isRetired"});
  CHECK(json_names(Kind::PriceCheck) == Names{"id", "revision", "origin", "checkedAt"});
}

TEST_CASE("every kind begins with id and revision, and knows its special columns", "[kinds]") {
  for (const Kind kind : kAllKinds) {
    const KindDescription& description = describe(kind);
    CAPTURE(description.name);
    CHECK(description.columns.size() <= kMaxColumns);
    CHECK(description.columns[kIdColumn].name == "id");
    CHECK(description.columns[kIdColumn].type == ColumnType::Key);
    CHECK(description.columns[kRevisionColumn].name == "revision");
    CHECK(description.columns[kRevisionColumn].type == ColumnType::Integer);
    std::map<std::string_view, size_t> index;
    for (size_t i = 0; i < description.columns.size(); ++i)
      CHECK(index.emplace(description.columns[i].name, i).second);
    const auto index_of_name = [&](std::string_view name) {
      return index.contains(name) ? index.at(name) : kNoColumn;
    };
    CHECK(description.time == index_of_name("ts"));
    CHECK(description.source == index_of_name("source"));
    CHECK(description.session == index_of_name("session_id"));
  }
}

TEST_CASE("columns are the columns of the tables, in their order", "[kinds]") {
  const auto tables = tables_of_migrations();
  for (const Kind kind : kAllKinds) {
    const KindDescription& description = describe(kind);
    CAPTURE(description.name);
    Names columns;
    for (const Column& column : description.columns) {
      columns.push_back(std::string(column.name) + " " + sql_type(column));
      if (columns.size() == 2) columns.emplace_back("tie {{integer}} NOT NULL");
    }
    REQUIRE(tables.contains(std::string(description.name)));
    CHECK(tables.at(std::string(description.name)) == columns);
  }
}

}  // namespace
}  // namespace relayburn
