#pragma once
// What may stand in a setting, and how its text is read.

#include <string>
#include <string_view>
#include <vector>

#include "core/config/setting_keys.h"
#include "core/config/settings.h"

namespace relayburn {

// Throws Error{Usage} naming where the setting came from.
[[noreturn]] void refuse(const Setting& setting, const std::string& why,
                         const std::string& hint = {});
// Refuses a value that the key does not allow.
void check_value(const SettingKey& key, const Setting& setting);

// The items of a list in one text, as flags and variables have it.
std::vector<std::string> split_list(std::string_view text);
// "true" and "false" as people write them in an environment: 1, yes, on; 0, no, off.
std::string flag_of(const std::string& text);

}  // namespace relayburn
