// SPDX-License-Identifier: Apache-2.0
#include "core/report/screen/grid_text.hpp"

#include <algorithm>
#include <numeric>

#include "core/report/screen/words.hpp"

namespace vtoll::core {

namespace {

constexpr std::size_t gap = 2;           ///< between columns
constexpr std::size_t narrow_text = 16;  ///< a column of text is not folded below that,
constexpr std::size_t narrow_name = 28;  ///< the first one of several tables not below this,
constexpr std::size_t wide_word = 32;    ///< and a word is broken when it is wider than that
constexpr std::size_t hanging = 2;       ///< by which what a cell goes on with is indented

using Lines = std::vector<std::string>;

/// Columns that stand together, some under one head.
class Columns {
public:
    Columns(const Grid& grid, std::vector<std::size_t> which) : grid_(grid), which_(std::move(which)) {
        for (const std::size_t i : which_) {
            const auto [group, name] = head_lines(grid.heads[i]);
            if (groups_.empty() || group.empty() || groups_.back().head != group)
                groups_.push_back({group, heads_.size(), heads_.size()});
            groups_.back().end = heads_.size() + 1;
            heads_.push_back(name);
        }
    }

    /// Into so many columns, as little changed as will do. False when that can't be; widths are then the least ones.
    bool fit(std::size_t columns) {
        narrow_ = false;
        set_widths([&](std::size_t i) { return natural(i); });
        if (total() <= columns) return true;
        narrow_ = true;
        set_widths([&](std::size_t i) { return text(i) ? natural(i) : number(i); });
        std::vector<std::size_t> leasts;
        if (total() > columns)
            for (std::size_t i = 0; i < which_.size(); ++i) leasts.push_back(text(i) ? least(i) : widths_[i]);
        while (total() > columns) {
            std::size_t widest = which_.size();
            for (std::size_t i = 0; i < which_.size(); ++i)
                if (text(i) && widths_[i] > leasts[i] && (widest == which_.size() || widths_[i] > widths_[widest]))
                    widest = i;
            if (widest == which_.size()) return false;
            --widths_[widest];
        }
        for (std::size_t i = 0; i < which_.size(); ++i)
            if (text(i)) widths_[i] = needed(i);
        for (std::size_t i = 0; i < which_.size(); ++i)  // what one does not need, another may have
            if (text(i) && total() < columns) {
                widths_[i] = std::min(natural(i), widths_[i] + columns - total());
                widths_[i] = needed(i);
            }
        widen_for_groups();
        return total() <= columns;
    }

    std::string print(const std::string& indent, bool colour) const {
        std::string out;
        const auto head = [&](const std::string& line) {
            const std::string shown = without_end(indent + line);
            if (shown.empty()) return;
            out += colour ? "\033[1m" + shown + "\033[0m\n" : shown + "\n";
        };
        for (const std::string& line : group_lines()) head(line);
        std::vector<Lines> cells;
        for (std::size_t i = 0; i < heads_.size(); ++i) cells.push_back(folded(heads_[i], widths_[i]));
        std::size_t most = 0;
        for (const Lines& lines : cells) most = std::max(most, lines.size());
        for (Lines& lines : cells) lines.insert(lines.begin(), most - lines.size(), "");
        for (const std::string& line : beside(cells)) head(line);
        for (std::size_t row = 0; row < grid_.rows.size(); ++row) {
            cells.clear();
            for (std::size_t i = 0; i < which_.size(); ++i)
                cells.push_back(text(i) ? folded(cell(row, i), widths_[i], hanging) : Lines{cell(row, i)});
            for (const std::string& line : beside(cells)) out += without_end(indent + line) + "\n";
        }
        return out;
    }

    void keep_names_wide() { first_ = narrow_name; }
    void fold_all() { fold_all_ = true; }

private:
    struct Group {
        std::string head;
        std::size_t begin, end;
    };

    bool text(std::size_t i) const { return grid_.is_text(which_[i]); }
    const std::string& cell(std::size_t row, std::size_t i) const {
        static const std::string none;
        return which_[i] < grid_.rows[row].size() ? grid_.rows[row][which_[i]] : none;
    }

    template <class Measure>
    std::size_t of_cells(std::size_t i, Measure measure) const {
        std::size_t most = 0;
        for (std::size_t row = 0; row < grid_.rows.size(); ++row) most = std::max(most, measure(cell(row, i)));
        return most;
    }
    std::size_t natural(std::size_t i) const { return std::max(width_of(heads_[i]), of_cells(i, width_of)); }
    /// Of numbers, which are never folded: their heads are.
    std::size_t number(std::size_t i) const { return std::max(longest_word(heads_[i]), of_cells(i, width_of)); }
    /// Two blanks within a cell, behind its indentation: it has columns of its own, as code has.
    bool preformatted(std::size_t i) const {
        for (std::size_t row = 0; row < grid_.rows.size(); ++row) {
            const std::string& text = cell(row, i);
            const std::size_t begin = text.find_first_not_of("> ");
            if (begin != std::string::npos && text.find("  ", begin) < text.find_last_not_of(' ')) return true;
        }
        return false;
    }
    std::size_t least(std::size_t i) const {
        if (!fold_all_ && preformatted(i)) return natural(i);
        const std::size_t words = std::max(longest_word(heads_[i]), of_cells(i, longest_word) + hanging);
        const std::size_t narrow = i == 0 ? std::max(first_, narrow_text) : narrow_text;
        return std::min(natural(i), std::max(narrow, std::min(words, wide_word)));
    }
    /// What the lines of a folded column take.
    std::size_t needed(std::size_t i) const {
        std::size_t most = 0;
        const auto see = [&](const Lines& lines) {
            for (const std::string& line : lines) most = std::max(most, width_of(line));
        };
        see(folded(heads_[i], widths_[i]));
        for (std::size_t row = 0; row < grid_.rows.size(); ++row) see(folded(cell(row, i), widths_[i], hanging));
        return most;
    }

    template <class Width>
    void set_widths(Width width) {
        widths_.clear();
        for (std::size_t i = 0; i < which_.size(); ++i) widths_.push_back(width(i));
        widen_for_groups();
    }
    std::size_t span(const Group& group) const {
        return std::accumulate(widths_.begin() + static_cast<std::ptrdiff_t>(group.begin),
                               widths_.begin() + static_cast<std::ptrdiff_t>(group.end),
                               gap * (group.end - group.begin - 1));
    }
    void widen_for_groups() {
        for (const Group& group : groups_) {
            const std::size_t wanted = narrow_ ? longest_word(group.head) : width_of(group.head);
            if (const std::size_t now = span(group); now < wanted) widths_[group.begin] += wanted - now;
        }
    }
    std::size_t total() const { return span({"", 0, which_.size()}); }

    /// The heads of groups: over one column at its side, over several in their middle.
    Lines group_lines() const {
        std::vector<Lines> heads;
        std::size_t most = 0;
        for (const Group& group : groups_) {
            heads.push_back(group.head.empty() ? Lines{} : folded(group.head, span(group)));
            most = std::max(most, heads.back().size());
        }
        Lines out(most);
        for (std::size_t g = 0; g < groups_.size(); ++g) {
            const Group& group = groups_[g];
            heads[g].insert(heads[g].begin(), most - heads[g].size(), "");
            for (std::size_t line = 0; line < most; ++line) {
                const std::string& words = heads[g][line];
                const std::size_t left = group.end - group.begin > 1 ? (span(group) - width_of(words)) / 2 : 0;
                out[line] += (g ? std::string(gap, ' ') : "") +
                             (left ? padded(std::string(left, ' ') + words, span(group), false)
                                   : padded(words, span(group), !text(group.begin)));
            }
        }
        return out;
    }

    Lines beside(const std::vector<Lines>& cells) const {
        std::size_t most = 0;
        for (const Lines& lines : cells) most = std::max(most, lines.size());
        Lines out(most);
        for (std::size_t line = 0; line < most; ++line)
            for (std::size_t i = 0; i < cells.size(); ++i)
                out[line] += (i ? std::string(gap, ' ') : "") +
                             padded(line < cells[i].size() ? cells[i][line] : "", widths_[i], !text(i));
        return out;
    }

    const Grid& grid_;
    std::vector<std::size_t> which_, widths_;
    std::vector<std::string> heads_;
    std::vector<Group> groups_;
    std::size_t first_ = 0;
    bool narrow_ = false;    ///< heads are folded
    bool fold_all_ = false;  ///< also what has columns of its own
};

/// One table below the other, each with the columns that say what a row is of.
class Several {
public:
    Several(const Grid& grid, std::size_t columns, bool colour) : grid_(grid), columns_(columns), colour_(colour) {
        names_.resize(std::min(grid.names, grid.heads.size()));
        std::iota(names_.begin(), names_.end(), std::size_t{0});
        if (!fits({}, columns / 2)) names_.resize(1);
        for (const std::vector<std::size_t>& unit : units())
            if (fits(unit, columns_)) add(unit);
            else
                for (const std::size_t column : unit) add({column});
    }

    std::string print(const std::string& indent) const {
        std::string out;
        for (const std::vector<std::size_t>& table : tables_) {
            Columns columns = with_names(table);
            columns.fit(columns_);
            out += (out.empty() ? "" : "\n") + columns.print(indent, colour_);
        }
        return out;
    }

private:
    Columns with_names(const std::vector<std::size_t>& further) const {
        std::vector<std::size_t> which = names_;
        which.insert(which.end(), further.begin(), further.end());
        Columns columns(grid_, std::move(which));
        columns.keep_names_wide();
        return columns;
    }
    bool fits(const std::vector<std::size_t>& further, std::size_t columns) const {
        return with_names(further).fit(columns);
    }
    /// Columns that one table takes together: those of a group.
    std::vector<std::vector<std::size_t>> units() const {
        std::vector<std::vector<std::size_t>> out;
        std::string last;
        for (std::size_t i = names_.size(); i < grid_.heads.size(); ++i) {
            const std::string group = head_lines(grid_.heads[i]).first;
            if (out.empty() || group.empty() || group != last) out.emplace_back();
            out.back().push_back(i);
            last = group;
        }
        return out;
    }
    /// To the first table that has room.
    void add(const std::vector<std::size_t>& unit) {
        for (std::vector<std::size_t>& table : tables_) {
            std::vector<std::size_t> more = table;
            more.insert(more.end(), unit.begin(), unit.end());
            if (!fits(more, columns_)) continue;
            table = std::move(more);
            return;
        }
        tables_.push_back(unit);
    }

    const Grid& grid_;
    std::size_t columns_;
    bool colour_;
    std::vector<std::size_t> names_;
    std::vector<std::vector<std::size_t>> tables_;
};

}  // namespace

std::string grid_text(const Grid& grid, const std::string& indent, const Screen& screen) {
    std::vector<std::size_t> all(grid.heads.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    Columns columns(grid, all);
    for (const std::size_t width : {screen.columns, screen.most})
        if (columns.fit(width - indent.size())) return columns.print(indent, screen.colour);
    columns.fold_all();
    if (columns.fit(screen.columns - indent.size())) return columns.print(indent, screen.colour);
    return Several(grid, screen.columns - indent.size(), screen.colour).print(indent);
}

}  // namespace vtoll::core
