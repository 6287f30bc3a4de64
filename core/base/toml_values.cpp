// SPDX-License-Identifier: Apache-2.0
#include "core/base/toml_values.hpp"

#include <toml++/toml.h>

#include <sstream>

namespace vtoll::core {

std::string value_text(const Setting& setting) {
    std::ostringstream out;
    std::visit([&](const auto& value) { out << toml::value(value); }, setting.value);
    return out.str();
}

std::string quoted(const std::string& text) {
    std::ostringstream out;
    out << toml::value<std::string>(text);
    return out.str();
}

}  // namespace vtoll::core
