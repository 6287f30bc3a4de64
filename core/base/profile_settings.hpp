// SPDX-License-Identifier: Apache-2.0
// Numbers of a core profile or price table that a scenario replaces ([timing.set]): the file stays as it is.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "isa/types.hpp"

namespace vtoll::core {

/// "cache.l2.size" and what it is to be; "class.load.latency" for one field of an entry that has several.
struct ProfileSetting {
    std::string key;
    std::variant<bool, s64, double, std::string> value;
    friend bool operator==(const ProfileSetting&, const ProfileSetting&) = default;
};
using ProfileSettings = std::vector<ProfileSetting>;  ///< sorted by key, each once

/// The value as TOML writes it.
std::string value_text(const ProfileSetting&);
/// " [cache.l2.size=262144, memory.ns=90]", "" when there are none: what sets such a model apart by name.
std::string name_suffix(const ProfileSettings&);

}  // namespace vtoll::core
