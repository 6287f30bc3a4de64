// SPDX-License-Identifier: Apache-2.0
#include "core/report/path/annotation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace vtoll::core {

namespace {

constexpr double hot = 5;  ///< percent of all ticks
constexpr std::size_t widest_code = 36, most_stalls = 2;

double number(u64 value) { return static_cast<double>(value); }
double part(double value, double of) { return of > 0 ? value / of : 0; }
bool is_code(const PathLine& line) { return line.place.kind == PathPlace::Kind::instruction; }
bool used(const StallTicks& stalls, std::size_t i) { return stalls[i] != 0; }

std::string address_of(const PathLine& line) { return fmt::format("{:08x}", line.place.address); }
std::string encoding_of(const PathPlace& place) {
    return place.length == 2 ? fmt::format("{:04x}", place.raw) : fmt::format("{:08x}", place.raw);
}

std::string clipped(std::string text) {
    if (text.size() > widest_code) text = text.substr(0, widest_code - 3) + "...";
    return text;
}

/// Whole numbers as such, others with a decimal.
std::string figure(double value) {
    return value == static_cast<double>(static_cast<s64>(value)) ? fmt::format("{:.0f}", value)
                                                                 : fmt::format("{:.1f}", value);
}

/// The largest stalls of `stalls`, each divided by `count`: "memory 93, fetch 20".
std::string words_of(const StallTicks& stalls, double count, std::size_t most) {
    std::vector<std::size_t> order;
    constexpr double visible = 0.05;
    for (std::size_t i = first_core_stall; i < stall_count; ++i)
        if (static_cast<double>(stalls[i]) / count >= visible) order.push_back(i);
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return stalls[a] > stalls[b]; });
    if (order.size() > most) order.resize(most);
    std::string text;
    for (const std::size_t i : order)
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name_of(static_cast<Stall>(i)),
                            figure(static_cast<double>(stalls[i]) / count));
    return text;
}

/// Of a function, or a piece of code without a symbol, when `line` begins another one than `before`.
std::string head_of(const PathLine& line, const PathLine* before) {
    if (!is_code(line)) return "";
    const bool same =
        before && is_code(*before) && before->function == line.function && before->place.level == line.place.level;
    if (!line.function.empty())
        return same ? "" : line.offset ? fmt::format("{}+{:#x}:", line.function, line.offset) : line.function + ":";
    const s64 gap = before ? s64{line.place.address} - before->place.address : 0;
    return same && std::abs(gap) <= 64 ? "" : fmt::format("{:#x}:", line.place.address);
}

std::string code_of(const PathLine& line, bool mark) {
    const char* front = mark ? "> " : "  ";
    return is_code(line) ? fmt::format("{}{}  {}", front, address_of(line), clipped(line.text)) : front + line.text;
}

std::string thing(const ExitPath& path, u64 n) {
    return fmt::format("{} {}{}", n, path.function ? "call" : "exit", n == 1 ? "" : "s");
}

/// Where all the ticks went: "memory 71 %, dependency 12 %".
std::string shares_of(const ExitPath& path) {
    std::vector<std::pair<s64, std::size_t>> order;
    for (std::size_t i = 0; i < stall_count; ++i)
        if (path.stalls[i] > 0) order.emplace_back(-path.stalls[i], i);
    std::ranges::sort(order);
    std::string text;
    for (const auto& [ticks, i] : order)
        text += fmt::format("{}{} {:.1f} %", text.empty() ? "" : ", ", name_of(static_cast<Stall>(i)),
                            100 * part(static_cast<double>(-ticks), number(path.ticks)));
    return text;
}

std::vector<std::string> caption(const ExitPath& path) {
    const double n = number(path.each.n);
    std::vector<std::string> lines{fmt::format("{} of {}: {} ticks each, {} to {}, median {}; {} instructions.",
                                               thing(path, path.each.n), path.name, figure(part(number(path.ticks), n)),
                                               path.each.min, path.each.max, path.each.median,
                                               figure(part(number(path.insns), n)))};
    if (path.ticks) lines.push_back("Ticks by stall: " + shares_of(path) + ".");
    const std::string wrong = complaint_of_residue(path);
    if (!wrong.empty()) lines.push_back(wrong);
    else if (!path.function) lines.emplace_back("The lines add up to the books, tick by tick and stall by stall.");
    return lines;
}

std::vector<std::string> legend(const ExitPath& path) {
    const char* one = path.function ? "call" : "exit";
    std::vector<std::string> lines{
        fmt::format("times, mean, median: executions and ticks of the line in one {0}, also of those {0}s that it has "
                    "no part in; %: of all ticks, > marks {1:.0f} and more.",
                    one, hot),
        fmt::format("stalls: the largest of the line, ticks in one {}; what is left is issue.", one)};
    if (!path.source_known) lines.emplace_back("Lines of source are not known: this vtoll was built without libdw.");
    if (path.function)
        lines.emplace_back(
            "A call begins with the function's first instruction. Callees, and exceptions inside it, are not in it.");
    return lines;
}

void add_stalls(PlainTable& table, const StallTicks& all) {
    for (std::size_t i = 0; i < stall_count; ++i)
        if (used(all, i)) table.columns.push_back({std::string(name_of(static_cast<Stall>(i))), ""});
}

void put_stalls(std::vector<Cell>& cells, const StallTicks& all, const StallTicks& own) {
    for (std::size_t i = 0; i < stall_count; ++i)
        if (used(all, i)) cells.emplace_back(static_cast<double>(own[i]));
}

/// The columns that say which instruction it is.
void add_places(PlainTable& table) {
    for (const char* key : {"code", "address", "encoding", "function", "offset", "source"})
        table.columns.push_back({key, ""});
}

void put_place(std::vector<Cell>& cells, const PathLine& line) {
    cells.emplace_back(line.text);
    for (const std::string& text : {is_code(line) ? "0x" + address_of(line) : "",
                                    is_code(line) ? "0x" + encoding_of(line.place) : "", line.function})
        text.empty() ? cells.emplace_back() : cells.emplace_back(text);
    if (line.function.empty()) cells.emplace_back();
    else cells.emplace_back(number(line.offset));
    if (line.source.empty()) cells.emplace_back();
    else cells.emplace_back(line.source);
}

std::string title_of(const ExitPath& path) { return (path.function ? "Function " : "Exit ") + path.name; }

}  // namespace

std::string complaint_of_residue(const ExitPath& path) {
    const ExitPath::Residue left = path.residue();
    if (left == ExitPath::Residue{}) return "";
    std::string text =
        fmt::format("The books have {} instructions and {} ticks that are in no line", left.insns, left.ticks);
    for (std::size_t i = 0; i < stall_count; ++i)
        if (left.stalls[i]) text += fmt::format(", {} {}", name_of(static_cast<Stall>(i)), left.stalls[i]);
    return text + ".";
}

PlainTable annotation_table(const ExitPath& path) {
    PlainTable table;
    table.name = "annotation";
    table.title = title_of(path);
    table.before = caption(path);
    table.after = legend(path);
    add_places(table);
    for (const char* key : {"times", "ticks", "mean", "median", "min", "max", "share%"})
        table.columns.push_back({key, ""});
    add_stalls(table, path.stalls);
    for (const PathLine& line : path.lines) {
        std::vector<Cell>& cells = table.rows.emplace_back();
        put_place(cells, line);
        for (const double value :
             {number(line.times), number(line.ticks), line.each.mean(), number(line.each.median), number(line.each.min),
              number(line.each.max), 100 * part(number(line.ticks), number(path.ticks))})
            cells.emplace_back(value);
        put_stalls(cells, path.stalls, line.stalls);
    }
    if (const std::string wrong = complaint_of_residue(path); !wrong.empty()) table.failures.push_back(wrong);
    return table;
}

Report annotation_report(const ExitPath& path) {
    Grid grid;
    grid.heads = {"  code", "times", "mean", "median", "%", "stalls"};
    grid.texts = {5};
    const PathLine* before = nullptr;
    std::string source;
    const double n = number(path.each.n);
    const auto head = [&](std::string text) { grid.rows.push_back({std::move(text), "", "", "", "", ""}); };
    for (const PathLine& line : path.lines) {
        if (const std::string text = head_of(line, before); !text.empty()) head(text);
        if (!line.source.empty() && line.source != source) head("    " + (source = line.source));
        const double share = 100 * part(number(line.ticks), number(path.ticks));
        grid.rows.push_back({code_of(line, share >= hot), figure(part(number(line.times), n)), figure(line.each.mean()),
                             fmt::format("{}", line.each.median), fmt::format("{:.1f}", share),
                             words_of(line.stalls, n, most_stalls)});
        before = &line;
    }
    return {title_of(path), {{"", caption(path), {}, {}}, {"", {}, std::move(grid), {}}, {"", {}, {}, legend(path)}}};
}

namespace {

std::vector<std::string> timeline_caption(const ExitPath& path) {
    const PathEpisode& one = *path.episode;
    std::vector<std::string> lines{fmt::format(
        "Of {} of {}, number {}: processor {}, begun at tick {}, {} ticks{}.", thing(path, path.each.n), path.name,
        one.number, one.cpu, one.began, one.ticks, one.ticks == path.each.median ? ", which is the median" : "")};
    if (one.cut) lines.push_back(fmt::format("Its first {} instructions.", one.steps.size()));
    return lines;
}

}  // namespace

PlainTable timeline_table(const ExitPath& path) {
    PlainTable table;
    table.name = "annotation-timeline";
    table.title = title_of(path);
    table.before = timeline_caption(path);
    add_places(table);
    StallTicks all{};
    for (const PathStep& step : path.episode->steps)
        for (std::size_t i = 0; i < stall_count; ++i) all[i] |= step.stalls[i];
    for (const char* key : {"at", "ticks"}) table.columns.push_back({key, ""});
    add_stalls(table, all);
    for (const PathStep& step : path.episode->steps) {
        std::vector<Cell>& cells = table.rows.emplace_back();
        put_place(cells, path.lines[step.line]);
        cells.emplace_back(number(step.begin));
        cells.emplace_back(number(step.ticks));
        put_stalls(cells, all, step.stalls);
    }
    return table;
}

Report timeline_report(const ExitPath& path) {
    Grid grid;
    grid.heads = {"  code", "at", "ticks", "stalls"};
    grid.texts = {3};
    const PathLine* before = nullptr;
    std::string source;
    const auto head = [&](std::string text) { grid.rows.push_back({std::move(text), "", "", ""}); };
    for (const PathStep& step : path.episode->steps) {
        const PathLine& line = path.lines[step.line];
        if (const std::string text = head_of(line, before); !text.empty()) head(text);
        if (!line.source.empty() && line.source != source) head("    " + (source = line.source));
        const bool mark = 100 * part(number(step.ticks), number(path.episode->ticks)) >= hot;
        grid.rows.push_back({code_of(line, mark), fmt::format("{}", step.begin), fmt::format("{}", step.ticks),
                             words_of(step.stalls, 1, most_stalls)});
        before = &line;
    }
    return {title_of(path),
            {{"", timeline_caption(path), {}, {}},
             {"", {}, std::move(grid), {}},
             {"",
              {},
              {},
              {fmt::format("at: ticks since it began; > marks {:.0f} % of its ticks and more. stalls: the largest of "
                           "the instruction; what is left is issue.",
                           hot)}}}};
}

}  // namespace vtoll::core
