// SPDX-License-Identifier: Apache-2.0
// Every declared key of scenarios: read, set by -c, printed and read back, each with another value than its default.
#include <gtest/gtest.h>

#include <filesystem>

#include "core/base/input_file.hpp"
#include "core/base/profile_path.hpp"
#include "core/scenario/scenario.hpp"

namespace vtoll::core {
namespace {

/// A document with an element of every list, so that every key has a place.
std::string document(const std::string& virtio) {
    return R"(
[machine]
devices = "all"
[[image]]
file = "a.elf"
[[domain]]
name = "u"
kernel = "k"
memory = "64M"
[[symbols]]
file = "f"
[[trigger]]
at = "s"
marker = 1
[[virtio]]
)" + virtio +
           R"(
[[console.type]]
after = "a"
text = "t"
[boot]
until = "marker:1"
[[boot.console.type]]
after = "a"
text = "t"
)";
}

std::string document_for(const KeyFacts& key) {
    return document(key.name == "cable" ? "kind = \"network\"" : "kind = \"block\"\nfile = \"d\"");
}

TEST(ScenarioKeys, EachIsReadSetAndPrinted) {
    unsigned keys = 0;
    for (const KeyFacts& key : scenario_keys()) {
        if (!key.settable) continue;
        ++keys;
        std::string text = document_for(key);
        if (key.path == "machine.devices") text = "[[image]]\nfile = \"a.elf\"\n";  // its default has no [[virtio]]
        if (key.path == "virtio.0.kind") text = document("kind = \"console\"\nfile = \"d\"");
        const Scenario without = parse_scenario(text, "s.toml", {});
        const Scenario with = parse_scenario(text, "s.toml", {key.path + "=" + key.other});
        EXPECT_FALSE(with == without) << key.path << " = " << key.other << " makes a difference";
        EXPECT_TRUE(parse_scenario(to_toml(with), "again.toml", {}) == with)
            << key.path << ": what is printed reads back the same:\n"
            << to_toml(with);
        EXPECT_FALSE(key.meaning.empty() || key.values.empty() || key.standard.empty())
            << key.path << " says what it means, what it may be, and what holds without it";
    }
    EXPECT_GT(keys, 50u) << "the declarations are found";
}

TEST(ScenarioKeys, TextsOfSeveralLinesReadBackTheSame) {
    for (const char* text : {"\nbehind an empty line", "\n\ntwo of them\n", "a line\n", "\n", "'''\n\"\"\"", "\r\nx"}) {
        Scenario scenario = parse_scenario("[[image]]\nfile = \"a\"\n", "s.toml", {});
        scenario.description = text;
        EXPECT_EQ(parse_scenario(to_toml(scenario), "again.toml", {}).description, text) << to_toml(scenario);
    }
}

TEST(ScenarioKeys, NoneIsPrintedForAMachineThatCannotUseIt) {
    const std::string text = to_toml(parse_scenario("[[image]]\nfile = \"a\"\n", "s.toml", {}));
    EXPECT_EQ(text.find("rtc"), std::string::npos) << "a minimal machine has no real-time clock";
    EXPECT_EQ(text.find("[boot]"), std::string::npos) << "it starts at its first instruction";
}

TEST(ScenarioKeys, ShippedScenariosReadBackTheSame) {
    unsigned files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(data_directory() / "workloads/scenarios")) {
        if (entry.path().extension() != ".toml") continue;
        const InputFile file = read_input(entry.path(), entry.path().filename().string());
        if (!base_of_scenario(file.bytes, file.name).empty()) continue;  // is half of a document
        const Scenario scenario = parse_scenario(file.bytes, file.name, {});
        EXPECT_TRUE(parse_scenario(to_toml(scenario), "again.toml", {}) == scenario) << file.name;
        ++files;
    }
    EXPECT_GT(files, 40u) << "shipped scenarios are found";
}

}  // namespace
}  // namespace vtoll::core
