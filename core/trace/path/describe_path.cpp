// SPDX-License-Identifier: Apache-2.0
#include "core/trace/path/describe_path.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

#include "core/scenario/source_lines.hpp"
#include "isa/encodings/printer.hpp"

namespace vtoll::core::trace {

namespace {

/// Code without symbols is one stretch as long as no more than this lies between two executed instructions.
constexpr u32 most_gap = 64;

std::string text_of(const PathPlace& place, const isa::Features& features) {
    switch (place.kind) {
    case PathPlace::Kind::entry: return "exception entry";
    case PathPlace::Kind::leaving: return "exception return";
    case PathPlace::Kind::between: return "between instructions";
    case PathPlace::Kind::instruction: break;
    }
    using enum isa::InstrSet;
    const isa::InstrSet set = !place.thumb ? a32 : place.length == 2 ? t16 : t32;
    return isa::disassemble(set, place.raw, {place.address, place.level, place.itstate, &features});
}

/// Of all files that have symbols of the run's code.
class Sources {
public:
    explicit Sources(const Simulation& run) {
        for (const LoadedImage& loaded : run.images())
            files_.push_back({loaded.spec.symbols, SourceLines(loaded.image.file)});
        for (const LoadedSymbols& loaded : run.symbols()) {
            const auto file = std::ranges::find(run.inputs(), loaded.spec.file, &InputFile::name);
            if (file != run.inputs().end())
                files_.push_back({loaded.spec.world, SourceLines(*file, loaded.spec.offset)});
        }
    }
    std::string at(const PathPlace& place) const {
        const bool hyp = place.level == isa::Privilege::pl2;
        std::string line;
        for (const File& file : files_)
            if (line.empty() && (file.world != symbols_of::hypervisor || hyp)) line = file.lines.at(place.address);
        return line;
    }

private:
    struct File {
        std::string world;
        SourceLines lines;
    };
    std::vector<File> files_;
};

/// Lines of one function, or of a piece of code without symbols: indices.
struct Stretch {
    std::vector<std::size_t> lines;
    std::size_t first = ~std::size_t{0};  ///< come to before all others of it
};

/// By address; what stands for the hardware apart.
std::vector<Stretch> stretches_of(const std::vector<NumberedLine>& lines) {
    std::vector<std::size_t> order(lines.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t i) {
        const PathPlace& place = lines[i].line.place;
        return std::tuple(place.kind, place.level, place.address, i);
    });
    std::vector<Stretch> stretches;
    const PathLine* before = nullptr;
    for (const std::size_t i : order) {
        const PathLine& line = lines[i].line;
        const bool goes_on = before && line.place.kind == PathPlace::Kind::instruction &&
                             before->place.kind == line.place.kind && before->place.level == line.place.level &&
                             before->function == line.function &&
                             (!line.function.empty() || line.place.address - before->place.address <= most_gap);
        if (!goes_on) stretches.emplace_back();
        stretches.back().lines.push_back(i);
        stretches.back().first = std::min(stretches.back().first, i);
        before = &line;
    }
    return stretches;
}

}  // namespace

void describe_path(ExitPath& path, Simulation& run, std::vector<NumberedLine> lines,
                   std::optional<PathEpisode> episode) {
    const isa::Features& features = run.cpu(0).config().features;
    const Sources sources(run);
    path.source_known = SourceLines::built_in();
    for (auto& [number, line] : lines) {
        line.text = text_of(line.place, features);
        if (line.place.kind != PathPlace::Kind::instruction) continue;
        if (const Symbol* symbol = run.symbol_at(line.place.address, line.place.level == isa::Privilege::pl2)) {
            line.function = symbol->name;
            line.offset = line.place.address - symbol->address;
        }
        line.source = sources.at(line.place);
    }
    std::vector<Stretch> stretches = stretches_of(lines);
    // The way begins with the entry and ends with the return.
    std::ranges::sort(stretches, {}, [&](const Stretch& stretch) {
        using enum PathPlace::Kind;
        const PathPlace::Kind kind = lines[stretch.first].line.place.kind;
        return std::pair(kind == entry ? 0 : kind == instruction ? 1 : 2, stretch.first);
    });
    std::map<u32, std::size_t> index;
    for (const Stretch& stretch : stretches)
        for (const std::size_t i : stretch.lines) {
            index[lines[i].number] = path.lines.size();
            path.lines.push_back(std::move(lines[i].line));
        }
    path.episode = std::move(episode);
    if (!path.episode) return;
    for (PathStep& step : path.episode->steps) {
        step.line = index.at(static_cast<u32>(step.line));
        step.begin -= path.episode->began;
    }
}

}  // namespace vtoll::core::trace
