// SPDX-License-Identifier: Apache-2.0
#include "core/base/profile_settings.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <sstream>

namespace vtoll::core {

std::string value_text(const ProfileSetting& setting) {
    std::ostringstream out;
    std::visit([&](const auto& value) { out << toml::value(value); }, setting.value);
    return out.str();
}

std::string name_suffix(const ProfileSettings& settings) {
    std::string list;
    for (const ProfileSetting& s : settings)
        list += fmt::format("{}{}={}", list.empty() ? "" : ", ", s.key, value_text(s));
    return list.empty() ? list : " [" + list + "]";
}

}  // namespace vtoll::core
