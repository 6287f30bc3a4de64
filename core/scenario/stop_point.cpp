// SPDX-License-Identifier: Apache-2.0
#include "core/scenario/stop_point.hpp"

#include <variant>

#include "core/base/number_text.hpp"

namespace vtoll::core {

namespace {

/// The point, or what was expected.
std::variant<StopPoint, std::string> read(const std::string& text) {
    const std::size_t colon = text.find(':');
    const std::string kind = text.substr(0, colon), rest = colon == std::string::npos ? "" : text.substr(colon + 1);
    if (kind == "marker") {
        const auto number = number_in(rest, 15);
        if (!number) return "marker:N with N from 0 to 15";
        return StopPoint{StopPoint::Kind::marker, *number, {}};
    }
    if (kind == "insns") {
        const auto number = count_in(rest);
        if (!number) return std::string("insns:N with N ") + what_a_count_is;
        return StopPoint{StopPoint::Kind::instructions, *number, {}};
    }
    if (kind == "symbol" && !rest.empty()) {
        if (const auto address = number_in(rest, 0xffff'ffff)) return StopPoint{StopPoint::Kind::symbol, *address, {}};
        return StopPoint{StopPoint::Kind::symbol, 0, rest};
    }
    if (kind == "console" && !rest.empty()) return StopPoint{StopPoint::Kind::console, 0, rest};
    return "marker:N, symbol:NAME, insns:N or console:TEXT";
}

}  // namespace

std::string complaint_of_stop_point(const std::string& text) {
    const auto point = read(text);
    const auto* expected = std::get_if<std::string>(&point);
    return expected ? "'" + text + "': expected " + *expected : "";
}

StopPoint parse_stop_point(const std::string& text, const std::string& asked_by) {
    if (const std::string complaint = complaint_of_stop_point(text); !complaint.empty())
        throw InputError(asked_by + ": " + complaint);
    return std::get<StopPoint>(read(text));
}

}  // namespace vtoll::core
