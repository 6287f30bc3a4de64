// SPDX-License-Identifier: Apache-2.0
#include "core/base/toml_values.hpp"

#include <toml++/toml.h>

#include <fmt/format.h>

#include <sstream>

namespace vtoll::core {

std::string value_text(const Setting& setting) {
    if (const auto* text = std::get_if<std::string>(&setting.value)) return quoted(*text);
    std::ostringstream out;
    std::visit([&](const auto& value) { out << toml::value(value); }, setting.value);
    return out.str();
}

std::string quoted(const std::string& text) {
    std::ostringstream out;
    if (text.find('\n') == std::string::npos) {
        out << toml::value<std::string>(text);
        return out.str();
    }
    // By hand: toml++ forgets that the first line's end is none of the text's, and what ends the text inside of it.
    out << "\"\"\"\n";
    for (const char c : text) {
        if (c == '"' || c == '\\') out << '\\' << c;
        else if (c == '\n' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f)) out << c;
        else out << fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    }
    out << "\"\"\"";
    return out.str();
}

}  // namespace vtoll::core
