// SPDX-License-Identifier: Apache-2.0
#include "core/report/system_validation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "core/base/input_file.hpp"
#include "core/base/keys.hpp"
#include "core/base/profile_path.hpp"
#include "core/base/toml_table.hpp"

namespace vtoll::core {

namespace {

constexpr const char* definition_file = "system-validation.toml";
constexpr unsigned most_fitted = 2;

constexpr std::array<Named<FigureUse>, 3> judged{
    {{"fitted", FigureUse::fitted}, {"unusable", FigureUse::unusable}, {"validation", FigureUse::validation}}};

template <class T>
bool has(const std::vector<T>& list, std::string T::*member, const std::string& word) {
    return std::any_of(list.begin(), list.end(), [&](const T& each) { return each.*member == word; });
}

bool has_row(const SystemDefinition& definition, const std::string& row) {
    return std::any_of(definition.rows.begin(), definition.rows.end(),
                       [&](const SystemRow& each) { return each.label == row; });
}

std::string step(const std::string& from, const std::string& to) { return from + " to " + to; }

/// Every name in a judgement is a row, a core, a kernel or a step between two of them.
void check_names(const SystemDefinition& definition, const std::string& file) {
    std::vector<std::string> kernels;
    for (const SystemKernel& kernel : definition.kernels) {
        kernels.push_back(kernel.version);
        for (const SystemKernel& other : definition.kernels) kernels.push_back(step(kernel.version, other.version));
    }
    for (const Judgement& j : definition.judgements) {
        const auto refuse = [&](const char* key, const std::string& word) {
            throw InputError(fmt::format("{}: judgement: {}: '{}' is none of this file", file, key, word));
        };
        if (!j.row.empty() && !has_row(definition, j.row)) refuse("row", j.row);
        if (!j.core.empty() && !has(definition.boards, &SystemBoard::core, j.core)) refuse("core", j.core);
        if (!j.kernel.empty() && std::find(kernels.begin(), kernels.end(), j.kernel) == kernels.end())
            refuse("kernel", j.kernel);
    }
}

std::optional<double> number(const PublishedTable& table, const std::string& row, const char* column) {
    const std::string& text = table.field(row, column);
    if (text.empty()) return std::nullopt;
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    if (*end || value < 0) throw InputError(fmt::format("{}, {}: expected a number, found '{}'", row, column, text));
    return value;
}

SystemRatio ratio(const SystemFigure& of, const SystemFigure& to) {
    SystemRatio r{of.row, {}, {}, {}, of.published / to.published, *of.simulated / *to.simulated, {}, {}};
    for (const SystemFigure* figure : {&of, &to}) {
        // What no figure can be compared of is not compared by two of them either.
        if (r.use == FigureUse::unusable || figure->use == FigureUse::validation) continue;
        r.use = figure->use;
        r.why = figure->why;
    }
    return r;
}

bool have_ratio(const SystemFigure& a, const SystemFigure& b) {
    return a.row == b.row && a.simulated && b.simulated && a.published > 0 && b.published > 0 && *b.simulated > 0;
}

}  // namespace

void SystemBoard::declare(Keys& keys) {
    keys.text("core", core, "what the published figures call it").filled();
    keys.text("profile", profile, "of the core model").filled();
    keys.text("title", title, "in heads of columns").filled();
    keys.number("processors", processors, 1, 4, "that the board has");
}

void SystemKernel::declare(Keys& keys) {
    keys.text("version", version, "of the published figures").filled();
    keys.text("image", image, "that stands for it");
    keys.text("disk", disk, "initial RAM disk with the programs").needed_if([this] { return !image.empty(); });
    keys.text("why", why, "there is no image").needed_if([this] { return image.empty(); });
}

void SystemRow::declare(Keys& keys) {
    BenchmarkRow::declare(keys);
    keys.text("command", command, "that /init runs for it").filled();
}

void Judgement::declare(Keys& keys) {
    keys.text("row", row, "of this published row alone");
    keys.text("core", core, "of this core alone");
    keys.text("kernel", kernel, "of this kernel alone, or of the ratio between two");
    keys.choice("use", use, judged, "what the figure is to the model").needed();
    keys.text("why", why, "the evidence").filled();
    keys.flag("one_processor", one_processor, "it holds where a board's other processors are left out, not with them");
}

bool Judgement::fits(const std::string& of_row, const std::string& of_core, const std::string& of_kernel) const {
    return (row.empty() || row == of_row) && (core.empty() || core == of_core) &&
           (kernel.empty() || kernel == of_kernel);
}

void SystemDefinition::declare(Keys& keys) {
    keys.text("published", published, "file in reports/published").filled();
    keys.text("scenario", scenario, "that is run").filled();
    keys.number("enough", enough, 1, 1'000'000, "microseconds of the interval that lmbench measures, a key of /init");
    keys.list("board", boards).filled();
    keys.list("kernel", kernels).filled();
    keys.list("row", rows).filled();
    keys.list("judgement", judgements);
}

const Judgement* SystemDefinition::judgement(const std::string& row, const std::string& core,
                                             const std::string& kernel) const {
    const auto found = std::find_if(judgements.begin(), judgements.end(),
                                    [&](const Judgement& j) { return j.fits(row, core, kernel); });
    return found == judgements.end() ? nullptr : &*found;
}

std::vector<std::string> SystemDefinition::overrides_for(const SystemRow& row, const SystemKernel& kernel,
                                                         const std::string& timing, unsigned processors) const {
    const BenchmarkSystem guest{scenario, scenario, "machine.bootargs", {}};
    std::vector<std::string> words = guest.overrides_for(fmt::format("run={} enough={}", row.run, enough));
    words.push_back("timing.rung=" + timing);
    words.push_back(fmt::format("image.0.file=\"{}\"", kernel.image));
    words.push_back(fmt::format("image.1.file=\"{}\"", kernel.disk));
    if (processors > 1) words.push_back(fmt::format("machine.cpus={}", processors));
    return words;
}

SystemDefinition parse_system_definition(const std::string& text, const std::string& file) {
    const toml::table document = parse_toml(text, file);
    TomlTable top(document, file, "");
    SystemDefinition definition;
    Keys(definition).read(top);
    check_names(definition, file);
    return definition;
}

SystemValidation system_figures(const SystemDefinition& definition, const std::string& published) {
    SystemValidation out{definition, {}, {}};
    // The comment above the figures is their citation.
    for (std::size_t at = 0; at < published.size() && published[at] == '#';) {
        const std::size_t end = std::min(published.find('\n', at), published.size());
        const std::string line = published.substr(at + 1, end - at - 1);
        if (line.find("SPDX") == std::string::npos) out.citation += (out.citation.empty() ? line.substr(1) : line);
        at = end + 1;
    }
    constexpr unsigned naming = 6;  // core, board, mhz, sdk, kernel, row
    const PublishedTable table(published, definition.published, naming);
    std::map<std::string, unsigned> fitted;
    for (const std::string& name : table.rows()) {
        SystemFigure f;
        f.core = table.field(name, "core").substr(0, name.find(','));
        f.kernel = table.field(name, "kernel");
        f.row = table.field(name, "row");
        const auto row = std::find_if(definition.rows.begin(), definition.rows.end(),
                                      [&](const SystemRow& each) { return each.label == f.row; });
        const auto board = std::find_if(definition.boards.begin(), definition.boards.end(),
                                        [&](const SystemBoard& each) { return each.core == f.core; });
        if (row == definition.rows.end() || board == definition.boards.end() ||
            !has(definition.kernels, &SystemKernel::version, f.kernel))
            throw InputError(fmt::format("{}: {}: expected a row, a core and a kernel of {}", definition.published,
                                         name, definition_file));
        f.profile = board->profile;
        f.command = row->command;
        f.published = number(table, name, "us").value_or(0);
        f.least = number(table, name, "min");
        f.most = number(table, name, "max");
        if (const Judgement* j = definition.judgement(f.row, f.core, f.kernel)) {
            f.use = j->use;
            f.why = j->why;
        }
        if (f.use == FigureUse::fitted && ++fitted[f.core] > most_fitted)
            throw InputError(fmt::format("{}: {}: at most {} figures of a board may set a parameter", definition_file,
                                         f.core, most_fitted));
        out.figures.push_back(std::move(f));
    }
    return out;
}

SystemValidation load_system_figures(bool all_processors) {
    const auto folder = data_directory() / "reports";
    SystemDefinition definition =
        parse_system_definition(read_input(folder / definition_file, definition_file).bytes, definition_file);
    if (all_processors) std::erase_if(definition.judgements, [](const Judgement& j) { return j.one_processor; });
    return system_figures(definition,
                          read_input(folder / "published" / definition.published, definition.published).bytes);
}

std::vector<SystemRatio> SystemValidation::between_boards() const {
    std::vector<SystemRatio> out;
    for (std::size_t i = 0; i < definition.boards.size(); ++i)
        for (std::size_t j = i + 1; j < definition.boards.size(); ++j)
            for (const SystemFigure& a : figures)
                for (const SystemFigure& b : figures) {
                    if (a.core != definition.boards[i].core || b.core != definition.boards[j].core ||
                        a.kernel != b.kernel || !have_ratio(a, b))
                        continue;
                    SystemRatio r = ratio(a, b);
                    r.of = a.core;
                    r.to = b.core;
                    r.at = a.kernel;
                    out.push_back(std::move(r));
                }
    return out;
}

std::vector<SystemRatio> SystemValidation::between_kernels() const {
    std::vector<SystemRatio> out;
    for (std::size_t i = 0; i + 1 < definition.kernels.size(); ++i)
        for (const SystemFigure& a : figures)
            for (const SystemFigure& b : figures) {
                const std::string &from = definition.kernels[i].version, &to = definition.kernels[i + 1].version;
                if (a.kernel != to || b.kernel != from || a.core != b.core || !have_ratio(a, b)) continue;
                SystemRatio r = ratio(a, b);
                r.of = to;
                r.to = from;
                r.at = a.core;
                if (const Judgement* j = definition.judgement(a.row, a.core, step(from, to)); j && !j->kernel.empty()) {
                    r.use = j->use;
                    r.why = j->why;
                }
                out.push_back(std::move(r));
            }
    return out;
}

Score score(const SystemValidation& validation, const std::string& core, const std::string& kernel) {
    std::vector<double> errors;
    for (const SystemFigure& f : validation.figures)
        if (f.counts() && (core.empty() || f.core == core) && (kernel.empty() || f.kernel == kernel))
            errors.push_back(std::abs(f.error()));
    return score_of(std::move(errors));
}

}  // namespace vtoll::core
