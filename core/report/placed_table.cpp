// SPDX-License-Identifier: Apache-2.0
// Differences in a table, and tables of several placements made one.
#include <algorithm>

#include "core/report/plain_table.hpp"
#include "core/report/spread.hpp"

namespace vtoll::core {

namespace {

using Column = PlainTable::Column;

/// The numbers of a cell in all tables; none when one of them has something else there.
std::vector<double> numbers_at(const std::vector<PlainTable>& tables, std::size_t row, std::size_t column) {
    std::vector<double> numbers;
    for (const PlainTable& table : tables) {
        const auto* number = std::get_if<double>(&table.rows[row][column]);
        if (!number) return {};
        numbers.push_back(*number);
    }
    return numbers;
}

/// What stands in place of a mean: why there is none in the first table that has none.
Cell cell_without(const std::vector<PlainTable>& tables, std::size_t row, std::size_t column) {
    for (const PlainTable& table : tables)
        if (!std::holds_alternative<double>(table.rows[row][column])) return table.rows[row][column];
    return {};
}

/// "native\nus" and "cycles" become "native\n±" and "±".
std::string deviation_head_of(const std::string& head) {
    if (head.empty()) return {};
    const std::size_t end = head.find('\n');
    return (end == std::string::npos ? "" : head.substr(0, end + 1)) + deviation_head;
}

/// The first table, its numbers means of all.
PlainTable means_of(const std::vector<PlainTable>& tables) {
    PlainTable out = tables.front();
    for (std::size_t row = 0; row < out.rows.size(); ++row)
        for (std::size_t i = 0; i < out.columns.size(); ++i) {
            const std::vector<double> numbers = numbers_at(tables, row, i);
            out.rows[row][i] = numbers.empty() ? cell_without(tables, row, i) : Cell(spread_of(numbers).mean);
        }
    derive(out);
    return out;
}

/// Puts a column behind another one; `cell` has its cells by row.
template <class CellOf>
void insert(PlainTable& table, std::size_t behind, Column column, CellOf cell) {
    const auto at = static_cast<std::ptrdiff_t>(behind) + 1;
    table.columns.insert(table.columns.begin() + at, std::move(column));
    for (std::size_t row = 0; row < table.rows.size(); ++row)
        table.rows[row].insert(table.rows[row].begin() + at, cell(row));
}

}  // namespace

std::size_t column_named(const PlainTable& table, const std::string& key) {
    const auto found =
        std::find_if(table.columns.begin(), table.columns.end(), [&](const Column& c) { return c.key == key; });
    if (found == table.columns.end()) throw InputError(table.name + ": no column '" + key + "'");
    return static_cast<std::size_t>(found - table.columns.begin());
}

void derive(PlainTable& table) {
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const auto& difference = table.columns[i].difference;
        if (!difference) continue;
        const std::size_t from = column_named(table, difference->from), to = column_named(table, difference->to);
        for (std::size_t row = 0; row < table.rows.size(); ++row) {
            const auto* a = std::get_if<double>(&table.rows[row][from]);
            const auto* b = std::get_if<double>(&table.rows[row][to]);
            table.rows[row][i] = a && b ? difference->amount(row, *a, *b) : Cell();
        }
    }
}

PlainTable over_placements(std::vector<PlainTable> tables, const std::vector<u64>& placements) {
    if (tables.size() == 1) return std::move(tables.front());
    PlainTable out = means_of(tables);
    out.placements = placements;
    for (std::size_t i = tables.front().columns.size(); i-- > 0;) {
        const Column column = tables.front().columns[i];
        const auto spread = [&](std::size_t row, std::size_t of) { return spread_of(numbers_at(tables, row, of)); };
        if (column.measured)
            insert(out, i, {column.key + "_deviation", deviation_head_of(column.head), column.grid, column.style},
                   [&](std::size_t row) {
                       const Spread s = spread(row, i);
                       return s.n ? Cell(s.deviation) : Cell();
                   });
        if (!column.difference) continue;
        const std::string mark = column.key + "_within_noise";
        const std::size_t from = column_named(tables.front(), column.difference->from),
                          to = column_named(tables.front(), column.difference->to);
        out.columns[i].marked_by = mark;
        insert(out, i, {mark, "", column.grid}, [&](std::size_t row) {
            const Spread a = spread(row, from), b = spread(row, to);
            return a.n && b.n ? Cell(within_noise(a, b)) : Cell();
        });
    }
    for (std::size_t k = 1; k < tables.size(); ++k)
        for (const std::string& failure : tables[k].failures)
            if (std::find(out.failures.begin(), out.failures.end(), failure) == out.failures.end())
                out.failures.push_back(failure);
    return out;
}

}  // namespace vtoll::core
