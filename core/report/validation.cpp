// SPDX-License-Identifier: Apache-2.0
#include "core/report/validation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/base/input_file.hpp"
#include "core/base/profile_path.hpp"
#include "core/report/published.hpp"
#include "core/report/screen/decimals.hpp"

namespace vtoll::core {

namespace {

constexpr std::string_view use_names[] = {"validation", "parameter", "fitted", "unusable"};
constexpr double outlier_beyond = 0.15;

double number(const std::string& text, const std::string& file, const std::string& figure) {
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    if (text.empty() || *end || !(value > 0))
        throw InputError(
            fmt::format("{}: figure '{}': published: expected a number above 0, found '{}'", file, figure, text));
    return value;
}

std::string amount(double v) { return fmt::format("{:.{}f}", v, v < 10 ? 2 : v < 100 ? 1 : 0); }
std::string percent(double v) { return signed_decimal(100 * v) + " %"; }

bool counts(const Validated& v) { return v.figure.use == FigureUse::validation && v.simulated; }

}  // namespace

std::string_view name_of(FigureUse use) { return use_names[static_cast<std::size_t>(use)]; }

std::vector<Figure> read_figures(const std::string& csv, const std::string& file) {
    const PublishedTable table(csv, file);
    std::vector<Figure> figures;
    for (const std::string& name : table.rows()) {
        const auto text = [&](std::string_view column) { return table.field(name, column); };
        Figure f{name,
                 text("profile"),
                 text("program"),
                 text("region"),
                 text("unit"),
                 number(text("published"), file, name),
                 FigureUse::validation,
                 text("source"),
                 text("note")};
        const auto use = std::find(std::begin(use_names), std::end(use_names), text("use"));
        if (use == std::end(use_names))
            throw InputError(
                fmt::format("{}: figure '{}': use: expected one of {}", file, name, fmt::join(use_names, ", ")));
        f.use = static_cast<FigureUse>(use - std::begin(use_names));
        if (f.source.empty()) throw InputError(fmt::format("{}: figure '{}': no source", file, name));
        if (f.note.empty() && f.use == FigureUse::unusable)
            throw InputError(fmt::format("{}: figure '{}': a figure that doesn't count says why", file, name));
        (void)in_unit(1, f.unit, 1000);
        figures.push_back(std::move(f));
    }
    return figures;
}

std::vector<Figure> load_figures() {
    const auto path = data_directory() / "reports/published/validation.csv";
    const InputFile file = read_input(path, "validation.csv");
    return read_figures(file.bytes, path.string());
}

std::vector<Region> regions(const std::string& console, const ProcessorRecord& record) {
    std::vector<Region> found;
    std::size_t samples = 0;
    std::istringstream lines(console);
    double markers = 0;
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string word, name, less, other;
        u64 operations = 0;
        words >> word >> name;
        if (word == "wrong") throw InputError(fmt::format("the program computes '{}' wrongly", name));
        if (word != "region" || !(words >> operations)) continue;
        if (samples == record.samples.size() || operations == 0)
            throw InputError(fmt::format("region '{}': the program's markers and its console disagree", name));
        const auto ticks = static_cast<double>(record.samples[samples++].total.ticks);
        if (found.empty()) markers = ticks;  // the first region is empty
        double each = (ticks - markers) / static_cast<double>(operations);
        if (words >> less >> other) {
            const auto base = std::ranges::find(found, other, &Region::name);
            if (less != "less" || base == found.end())
                throw InputError(fmt::format("region '{}': expected 'less' and a region before it", name));
            each -= base->ticks;
        }
        const auto again = std::ranges::find(found, name, &Region::name);
        if (again == found.end()) found.push_back({name, each});
        else again->ticks += (each - again->ticks) / ++again->times;
    }
    if (samples != record.samples.size() || found.empty())
        throw InputError(fmt::format("{} regions on the console, {} between markers", samples, record.samples.size()));
    return found;
}

double in_unit(double ticks, const std::string& unit, double clock_mhz) {
    if (unit == "cycles" || unit == "cycles/byte") return ticks;
    if (unit == "ns") return ticks * 1000 / clock_mhz;
    if (unit == "MB/s") return clock_mhz / ticks;
    if (unit == "DMIPS/MHz") return 1e6 / (ticks * 1757);  // 1757 iterations a second make one MIPS
    throw InputError(fmt::format("unit '{}': expected cycles, cycles/byte, ns, MB/s or DMIPS/MHz", unit));
}

Score score_of(std::vector<double> errors) {
    Score s;
    s.counted = static_cast<unsigned>(errors.size());
    if (errors.empty()) return s;
    std::sort(errors.begin(), errors.end());
    for (double e : errors) s.mean += e / static_cast<double>(errors.size());
    s.median = errors[(errors.size() - 1) / 2];
    s.worst = errors.back();
    return s;
}

Score score(const std::vector<Validated>& figures) {
    std::vector<double> errors;
    for (const Validated& v : figures)
        if (counts(v)) errors.push_back(std::abs(v.error()));
    return score_of(std::move(errors));
}

Report validation_report(const std::vector<Validated>& figures) {
    Report report{"Core profiles against published figures", {}};
    const auto summary = [](const std::vector<Validated>& of) {
        const Score s = score(of);
        const auto within = std::count_if(of.begin(), of.end(), [](const Validated& v) {
            return counts(v) && std::abs(v.error()) <= outlier_beyond;
        });
        return fmt::format(
            "{} figures that no parameter was set from: mean absolute error {:.1f} %, median {:.1f} %, worst "
            "{:.0f} %; {} of them within {:.0f} %.",
            s.counted, 100 * s.mean, 100 * s.median, 100 * s.worst, within, 100 * outlier_beyond);
    };
    Section head;
    head.before = {
        summary(figures),
        "Each figure is the time between two markers of a program that reads no clock, per operation. "
        "\"parameter\" and \"fitted\" figures were used to set the profile and are not counted; \"unusable\" ones are "
        "shown with the reason."};
    report.sections.push_back(std::move(head));

    std::vector<std::string> profiles;
    for (const Validated& v : figures)
        if (std::find(profiles.begin(), profiles.end(), v.figure.profile) == profiles.end())
            profiles.push_back(v.figure.profile);
    for (const std::string& profile : profiles) {
        Section section;
        section.heading = profile;
        std::vector<Validated> of;
        std::copy_if(figures.begin(), figures.end(), std::back_inserter(of),
                     [&](const Validated& v) { return v.figure.profile == profile; });
        section.before = {summary(of)};
        std::map<std::string, std::string> missing;  // why -> the regions
        Grid grid;
        grid.heads = {"region", "unit", "published", "simulated", "error", "use"};
        for (const Validated& v : of) {
            grid.rows.push_back({v.figure.region, v.figure.unit, amount(v.figure.published),
                                 v.simulated ? amount(*v.simulated) : "-", v.simulated ? percent(v.error()) : "-",
                                 std::string(name_of(v.figure.use))});
            if (!v.simulated) {
                std::string& those = missing[v.failure];
                those += (those.empty() ? "" : ", ") + v.figure.region;
            }
            const bool outlier = counts(v) && std::abs(v.error()) > outlier_beyond;
            if (outlier || v.figure.use == FigureUse::unusable)
                section.after.push_back(fmt::format("{} ({}): {}", v.figure.region,
                                                    v.simulated ? percent(v.error()) : "-",
                                                    v.figure.note.empty() ? "not explained" : v.figure.note));
        }
        for (const auto& [why, those] : missing) section.after.push_back(fmt::format("{}: {}", those, why));
        section.grid = std::move(grid);
        report.sections.push_back(std::move(section));
    }

    Section sources{"Sources", {}, {}, {}};
    std::vector<std::string> seen;
    for (const Validated& v : figures)
        if (std::find(seen.begin(), seen.end(), v.figure.source) == seen.end()) seen.push_back(v.figure.source);
    for (const std::string& source : seen) {
        std::string used;
        for (const std::string& profile : profiles)
            if (std::any_of(figures.begin(), figures.end(), [&](const Validated& v) {
                    return v.figure.source == source && v.figure.profile == profile;
                }))
                used += (used.empty() ? "" : ", ") + profile;
        sources.before.push_back(used + ": " + source);
    }
    report.sections.push_back(std::move(sources));
    return report;
}

std::string validation_csv(const std::vector<Validated>& figures) {
    std::string out =
        csv_line({"figure", "profile", "region", "unit", "published", "simulated", "error", "use", "source", "note"});
    for (const Validated& v : figures)
        out += csv_line({v.figure.name, v.figure.profile, v.figure.region, v.figure.unit,
                         fmt::format("{}", v.figure.published), v.simulated ? fmt::format("{:.4f}", *v.simulated) : "",
                         v.simulated ? fmt::format("{:.4f}", v.error()) : "", std::string(name_of(v.figure.use)),
                         v.figure.source, v.simulated ? v.figure.note : v.failure});
    return out;
}

std::string validation_json(const std::vector<Validated>& figures) {
    using Json = nlohmann::ordered_json;
    const Score s = score(figures);
    Json out{{"schema", {{"name", "vtoll-validation"}, {"version", 1}}},
             {"counted", s.counted},
             {"mean_absolute_error", s.mean},
             {"median_absolute_error", s.median},
             {"worst", s.worst}};
    Json list = Json::array();
    for (const Validated& v : figures) {
        Json one{{"figure", v.figure.name},         {"profile", v.figure.profile},
                 {"region", v.figure.region},       {"unit", v.figure.unit},
                 {"published", v.figure.published}, {"use", name_of(v.figure.use)},
                 {"source", v.figure.source},       {"note", v.figure.note}};
        one["simulated"] = v.simulated ? Json(*v.simulated) : Json(nullptr);
        if (v.simulated) one["error"] = v.error();
        else one["failure"] = v.failure;
        list.push_back(std::move(one));
    }
    out["figures"] = std::move(list);
    return out.dump(2) + "\n";
}

}  // namespace vtoll::core
