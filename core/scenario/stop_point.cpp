// SPDX-License-Identifier: Apache-2.0
#include "core/scenario/stop_point.hpp"

#include "core/base/number_text.hpp"

namespace vtoll::core {

StopPoint parse_stop_point(const std::string& text, const std::string& asked_by) {
    const std::size_t colon = text.find(':');
    const std::string kind = text.substr(0, colon), rest = colon == std::string::npos ? "" : text.substr(colon + 1);
    const auto refuse = [&](const std::string& expected) {
        throw InputError(asked_by + ": '" + text + "': expected " + expected);
    };
    if (kind == "marker") {
        const auto number = number_in(rest, 15);
        if (!number) refuse("marker:N with N from 0 to 15");
        return {StopPoint::Kind::marker, *number, {}};
    }
    if (kind == "insns") {
        const auto number = number_in(rest, ~u64{0} >> 1);
        if (!number || *number == 0) refuse("insns:N with N a number of instructions");
        return {StopPoint::Kind::instructions, *number, {}};
    }
    if (kind == "symbol" && !rest.empty()) {
        if (const auto address = number_in(rest, 0xffff'ffff)) return {StopPoint::Kind::symbol, *address, {}};
        return {StopPoint::Kind::symbol, 0, rest};
    }
    if (kind == "console" && !rest.empty()) return {StopPoint::Kind::console, 0, rest};
    refuse("marker:N, symbol:NAME, insns:N or console:TEXT");
    return {};
}

}  // namespace vtoll::core
