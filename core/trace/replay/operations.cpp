// SPDX-License-Identifier: Apache-2.0
#include "core/trace/replay/operations.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/toml_table.hpp"

namespace vtoll::core::trace {

std::string Row::shell_line() const {
    const std::string setting = enough ? fmt::format("ENOUGH={} ", enough) : "";
    return fmt::format("{}{}{}mark row {} {}", before, before.empty() ? "" : "; ", setting, name, command);
}

std::vector<Row> parse_rows(const InputFile& file) {
    const toml::table document = parse_toml(file.bytes, file.name);
    TomlTable top(document, file.name, "");
    const std::vector<std::pair<std::string, u64>> numbers = top.counts("system_calls");
    std::vector<Row> rows;
    for (TomlTable& table : top.tables("row")) {
        const auto list = [&](const char* key) {
            std::vector<u32> found;
            const std::string text = table.text(key).value_or("");
            for (std::size_t at = 0; at < text.size();) {
                const std::size_t end = std::min(text.find(' ', at), text.size());
                const std::string name = text.substr(at, end - at);
                const auto it = std::ranges::find(numbers, name, &std::pair<std::string, u64>::first);
                if (it == numbers.end()) table.refuse(key, "'" + name + "'; expected a name of [system_calls]");
                found.push_back(static_cast<u32>(it->second));
                at = end + 1;
            }
            return found;
        };
        Row row;
        for (const char* key : {"name", "command", "counted"}) table.require(key);
        row.name = *table.text("name");
        row.description = table.text("description").value_or("");
        row.before = table.text("before").value_or("");
        row.command = *table.text("command");
        const std::vector<u32> counted = list("counted");
        if (counted.size() != 1) table.refuse("counted", "expected one system call");
        row.counted = counted.front();
        row.per_operation = static_cast<u32>(table.number("per_operation", 1, 1000).value_or(1));
        row.bytes = table.number("bytes", 1, 1'000'000).value_or(0);
        row.enough = table.number("enough", 1, 10'000'000).value_or(0);
        row.most = table.number("most", 1, 1'000'000'000).value_or(0);
        row.calls = list("calls");
        row.not_calls = list("not_calls");
        table.finish();
        rows.push_back(std::move(row));
    }
    top.finish();
    return rows;
}

Loop find_loop(Reader& reader, const Row& row) {
    const auto has = [](const std::vector<u32>& list, u32 call) { return std::ranges::find(list, call) != list.end(); };
    Loop best;
    u64 call = 0, first = 0, last = 0, times = 0;  // of the loop that is going on: its counted calls
    const auto close = [&] {
        const u64 operations = times ? (times - 1) / row.per_operation : 0;
        if (operations > best.operations) best = {first, last, operations};
        times = 0;
    };
    Record r;
    reader.seek(0);
    while (reader.next(r)) {
        if (!is_system_call(r)) continue;
        const auto number = static_cast<u32>(r.value);
        if (number == row.counted) {
            if (!times) first = call;
            if (times++ % row.per_operation == 0) last = call;
        } else if ((!row.calls.empty() && !has(row.calls, number)) || has(row.not_calls, number)) {
            close();
        }
        ++call;
    }
    close();
    if (!best.operations)
        reader.fail(fmt::format("no loop of '{}': expected at least {} system calls of number {} in a row", row.name,
                                row.per_operation + 1, row.counted));
    reader.seek(0);
    return best;
}

}  // namespace vtoll::core::trace
