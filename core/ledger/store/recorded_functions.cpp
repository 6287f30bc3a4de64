// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/store/recorded_functions.hpp"

#include <fmt/format.h>

#include "core/ledger/store/database.hpp"
#include "core/ledger/store/recording_sqlite.hpp"

namespace vtoll::core {

std::vector<RecordedFunction> read_functions(const std::filesystem::path& path) {
    std::error_code ignored;
    const std::string missing =
        fmt::format("{}: no functions were recorded; vtoll run --functions records them", path.string());
    if (!std::filesystem::exists(path, ignored)) throw InputError(missing);
    const Database db(path, Database::Open::existing);
    Statement version(db, "PRAGMA user_version");
    version.step();
    if (version.integer(0) != recording_schema)
        throw InputError(fmt::format("{}: version {} of the recording's tables, expected {}", path.string(),
                                     version.integer(0), recording_schema));
    Statement recorded(db, "SELECT value FROM meta WHERE name = 'functions'");
    if (!recorded.step() || recorded.text(0) != "1") throw InputError(missing);
    std::vector<RecordedFunction> functions;
    Statement rows(
        db, "SELECT cpu, vm, world, cause, what, phase, function, insns, ticks, image FROM functions ORDER BY rowid");
    while (rows.step()) {
        const auto world = world_from_name(rows.text(2));
        const auto cause = cause_from_name(rows.text(3));
        if (!world || !cause)
            throw InputError(fmt::format("{}: unknown name '{}'", path.string(), rows.text(world ? 3 : 2)));
        functions.push_back({static_cast<unsigned>(rows.integer(0)), static_cast<u8>(rows.integer(1)), *world, *cause,
                             rows.text(4), rows.text(5), rows.text(6), static_cast<u64>(rows.integer(7)),
                             static_cast<u64>(rows.integer(8)), rows.text(9)});
    }
    return functions;
}

}  // namespace vtoll::core
