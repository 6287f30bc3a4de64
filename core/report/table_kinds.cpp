// SPDX-License-Identifier: Apache-2.0
#include "core/report/table_kinds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "core/base/input_file.hpp"
#include "core/base/nearest.hpp"
#include "core/base/profile_path.hpp"
#include "core/base/toml_table.hpp"

namespace vtoll::core {

namespace {

std::filesystem::path table_folder() { return data_directory() / "reports/tables"; }

/// Reads `top` by the first of the kinds that is called so. What comes back is false when none is.
template <std::size_t index = 0>
bool read_as(const std::string& kind, TomlTable& top, Definition& out, std::vector<std::string>& known) {
    if constexpr (index == std::variant_size_v<Definition>) {
        return false;
    } else {
        known.push_back(fmt::format("\"{}\"", std::variant_alternative_t<index, Definition>::kind_name));
        if (kind != std::variant_alternative_t<index, Definition>::kind_name)
            return read_as<index + 1>(kind, top, out, known);
        Keys(out.emplace<index>()).read(top);
        return true;
    }
}

template <std::size_t index = 0>
void add_kinds(std::vector<TableKind>& kinds) {
    if constexpr (index < std::variant_size_v<Definition>) {
        using Table = std::variant_alternative_t<index, Definition>;
        kinds.push_back({Table::kind_name, facts_of(Keys::fresh<Table>())});
        add_kinds<index + 1>(kinds);
    }
}

}  // namespace

Definition parse_definition(const std::string& text, const std::string& file) {
    const toml::table document = parse_toml(text, file);
    TomlTable top(document, file, "");
    Definition out;
    std::vector<std::string> known;
    if (!read_as(top.needed_text("kind"), top, out, known))
        top.refuse("kind", fmt::format("expected one of {}", fmt::join(known, ", ")));
    return out;
}

std::vector<TableKind> table_kinds() {
    std::vector<TableKind> kinds;
    add_kinds(kinds);
    return kinds;
}

std::vector<std::string> shipped_tables() {
    std::vector<std::string> names;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(table_folder(), ignored))
        if (entry.path().extension() == ".toml") names.push_back(entry.path().stem().string());
    std::sort(names.begin(), names.end());
    return names;
}

Definition load_definition(const std::string& name) {
    const std::vector<std::string> names = shipped_tables();
    if (std::find(names.begin(), names.end(), name) == names.end())
        throw InputError(fmt::format("no table '{}'{}; expected one of: {}", name, did_you_mean(name, names),
                                     fmt::join(names, ", ")));
    const std::string file = name + ".toml";
    return parse_definition(read_input(table_folder() / file, file).bytes, file);
}

}  // namespace vtoll::core
