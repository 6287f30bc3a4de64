// SPDX-License-Identifier: Apache-2.0
#include "core/trace/para/para_port.hpp"

#include <array>
#include <initializer_list>

#include "core/base/toml_table.hpp"

namespace vtoll::core::trace {

namespace {

constexpr std::array<const char*, 5> action_names{"nothing", "store", "hypercall", "batch", "lazy"};

Action action(TomlTable& events, const char* key, std::initializer_list<Action> allowed) {
    events.require(key);
    const std::string text = *events.text(key);
    std::string expected;
    for (const Action a : allowed) {
        const char* name = action_names[static_cast<std::size_t>(a)];
        if (text == name) return a;
        expected += (expected.empty() ? "" : ", ") + std::string(name);
    }
    events.refuse(key, "'" + text + "'; expected one of: " + expected);
}

}  // namespace

Port parse_port(const InputFile& file) {
    using enum Action;
    const toml::table document = parse_toml(file.bytes, file.name);
    TomlTable top(document, file.name, "");
    Port port{};
    top.require("name");
    port.name = *top.text("name");
    port.description = top.text("description").value_or("");
    top.require("events");
    TomlTable events = *top.table("events");
    port.interrupt_mask = action(events, "interrupt_mask", {nothing, store, hypercall});
    port.space_switch = action(events, "space_switch", {hypercall});
    port.table_write = action(events, "table_write", {hypercall, batch, lazy});
    port.tlb = action(events, "tlb", {nothing, hypercall});
    port.cache = action(events, "cache", {nothing, hypercall, batch});
    port.system_register = action(events, "system_register", {nothing, hypercall});
    port.thread_register = action(events, "thread_register", {hypercall, lazy});
    port.device = action(events, "device", {nothing, hypercall});
    port.timer = action(events, "timer", {nothing, hypercall});
    port.idle = action(events, "idle", {nothing, hypercall});
    events.finish();
    top.finish();
    return port;
}

}  // namespace vtoll::core::trace
