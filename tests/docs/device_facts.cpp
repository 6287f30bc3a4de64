// SPDX-License-Identifier: Apache-2.0
// The entries of devices as JSON, for the table of docs/devices.md.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "core/platform/device_entry.hpp"

int main() {
    using namespace vtoll::core;
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const DeviceEntry* entry : device_list()) {
        if (!entry->title) continue;
        list.push_back({{"name", entry->name},
                        {"title", entry->title},
                        {"words", entry->words ? entry->words : ""},
                        {"base", entry->window.base},
                        {"spi", entry->spi},
                        {"spis", entry->spis},
                        {"all", entry->on == DeviceEntry::On::with_all_devices}});
    }
    std::printf("%s\n", list.dump(1).c_str());
}
