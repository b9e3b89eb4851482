#include "apps/relayburn/source_environment.h"

namespace relayburn {

SourceEnvironment source_environment(const Settings& settings) {
  SourceEnvironment environment{
      [&settings](const std::string& name) { return settings.agent_variable(name); }, {}};
  environment.home = process_environment()("HOME").value_or("");
  if (environment.home.empty()) {
    // Cron without HOME: our own home was found by the user's entry in passwd, and lies in theirs.
    const std::string ours = settings.home();
    environment.home = ours.substr(0, ours.rfind('/'));
  }
  return environment;
}

}  // namespace relayburn
