#pragma once
// The command line of analyze, and of the overviews that people ask for by name.

#include <string_view>

#include "apps/relayburn/cli.h"

namespace CLI {
class App;
}

namespace relayburn {

CLI::App* add_analyze(CLI::App& app, CommonOptions& common, AnalyzeCommand& command);
// today, yesterday, week, month
void add_overviews(CLI::App& app, CommonOptions& common, AnalyzeCommand& command);
// Asks for the overview of the period ("today"; empty: of all), after an ingest.
void show_period(AnalyzeCommand& command, std::string_view period);

}  // namespace relayburn
