// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/base/keys.hpp"
#include "core/report/further_tables.hpp"

namespace vtoll::core {

namespace {

/// Those that are given, each once.
std::vector<std::string> once_each(const std::vector<std::string>& scenarios) {
    std::vector<std::string> out;
    for (const std::string& scenario : scenarios)
        if (!scenario.empty() && std::find(out.begin(), out.end(), scenario) == out.end()) out.push_back(scenario);
    return out;
}

template <class Rows>
std::vector<std::string> scenarios_of(const Rows& rows) {
    std::vector<std::string> out;
    for (const auto& row : rows) out.push_back(row.scenario);
    return once_each(out);
}

constexpr u64 many = 1'000'000;

}  // namespace

void DeviceTable::Row::declare(Keys& keys) {
    keys.text("label", label, "the arrangement").filled();
    keys.text("scenario", scenario, "whose samples are operations");
    keys.text("about", about, "the cost of an access there");
    keys.number("registers", registers, 0, many, "accesses to device registers that one operation consists of")
        .needed();
}

void DeviceTable::declare(Keys& keys) {
    TableHeading::declare(keys, false);
    keys.list("row", rows).filled();
}

std::vector<std::string> DeviceTable::scenarios() const { return scenarios_of(rows); }

void SwitchTable::Row::declare(Keys& keys) {
    keys.text("label", label, "row of the published table, when it has one").filled();
    keys.text("scenario", scenario, "that measures it; absent, or none that ships: not measured");
    keys.text("operation", operation, "the scenario's samples are lmbench's batches; else a sample is a system call");
    keys.text("about", about, "the structure, if it was not published");
}

void SwitchTable::declare(Keys& keys) {
    TableHeading::declare(keys);
    keys.list("row", rows).filled();
}

std::vector<std::string> SwitchTable::scenarios() const { return scenarios_of(rows); }

void WorldSwitchTable::Row::declare(Keys& keys) {
    keys.text("label", label, "the machines and their work").filled();
    keys.text("scenario", scenario, "whose exits into another virtual machine are its world switches").filled();
    keys.text("about", about, "why they switch");
}

void WorldSwitchTable::declare(Keys& keys) {
    TableHeading::declare(keys, false);
    keys.list("row", rows).filled();
}

std::vector<std::string> WorldSwitchTable::scenarios() const { return scenarios_of(rows); }

void MiniosTable::Row::declare(Keys& keys) {
    keys.text("label", label, "row of the published table").filled();
    keys.number("n", n, 1, many, "operations in the smaller of two batches; the other has twice as many").needed();
}

void MiniosTable::declare(Keys& keys) {
    TableHeading::declare(keys);
    keys.number("repetitions", repetitions, 1, 1000, "pairs of batches, each batch a sample").needed();
    keys.text("native", native, "scenario without a hypervisor").filled();
    keys.text("pure", pure, "scenario of the hypervisor with the extensions").filled();
    keys.text("para", para, "scenario of the microvisor").filled();
    keys.text("hosted", hosted, "scenario of the hypervisor that is a task").filled();
    keys.list("row", rows).filled();
}

std::vector<std::string> MiniosTable::scenarios() const { return once_each({native, pure, para, hosted}); }

void SizeTable::Row::declare(Keys& keys) {
    keys.text("label", label, "of the program").filled();
    keys.text("about", about, "its type");
    keys.text("folders", folders, "of the source tree, separated by spaces: lines of their .c, .h and .S files")
        .filled();
}

void SizeTable::declare(Keys& keys) {
    TableHeading::declare(keys);
    keys.list("row", rows).filled();
}

}  // namespace vtoll::core
