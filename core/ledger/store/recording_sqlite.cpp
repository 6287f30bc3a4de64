// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/store/recording_sqlite.hpp"

#include <fmt/format.h>

#include <map>
#include <tuple>

#include "core/ledger/store/database.hpp"

namespace vtoll::core {

namespace {

// What a function cost: sums over everything that has the same names. Intervals of a processor follow each other; an
// episode's are those with its number.
constexpr const char* schema = R"sql(
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE functions (cpu INTEGER NOT NULL, vm INTEGER NOT NULL, world TEXT NOT NULL, cause TEXT NOT NULL,
  what TEXT NOT NULL, measured INTEGER NOT NULL, phase TEXT NOT NULL, image TEXT NOT NULL, function TEXT NOT NULL,
  insns INTEGER NOT NULL, ticks INTEGER NOT NULL);
CREATE TABLE timeline (cpu INTEGER PRIMARY KEY, intervals INTEGER NOT NULL, whole INTEGER NOT NULL);
CREATE TABLE episodes (cpu INTEGER NOT NULL, episode INTEGER NOT NULL, vm INTEGER NOT NULL, vm_after INTEGER NOT NULL,
  world TEXT NOT NULL, cause TEXT NOT NULL, what TEXT NOT NULL, begin INTEGER NOT NULL, end INTEGER NOT NULL,
  first INTEGER NOT NULL, after INTEGER NOT NULL, returned INTEGER NOT NULL, PRIMARY KEY (cpu, episode)) WITHOUT ROWID;
CREATE TABLE intervals (cpu INTEGER NOT NULL, interval INTEGER NOT NULL, episode INTEGER NOT NULL, vm INTEGER NOT NULL,
  world TEXT NOT NULL, phase TEXT NOT NULL, function TEXT NOT NULL, begin INTEGER NOT NULL, end INTEGER NOT NULL,
  insns INTEGER NOT NULL, PRIMARY KEY (cpu, interval)) WITHOUT ROWID;
)sql";

class RecordingWriter {
public:
    RecordingWriter(const Database& db, const RunRecord& run, const std::vector<FunctionMap::Function>& functions)
        : run_(run),
          functions_(functions),
          names_(exit_names(run)),
          function_(db, "INSERT INTO functions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
          timeline_(db, "INSERT INTO timeline VALUES (?, ?, ?)"),
          episode_(db, "INSERT INTO episodes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
          interval_(db, "INSERT INTO intervals VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)") {}

    void costs(u32 cpu, const Recorder& recorder) {
        using Key = std::tuple<u8, World, Cause, std::string, bool, u16, u16>;
        std::map<Key, Counts> sums;
        for (const auto& [s, cost] : recorder.costs()) {
            EpisodeKind kind;
            kind.world = s.world;
            kind.cause = s.cause;
            kind.vm = s.vm;
            kind.vm_after = s.vm_after;
            kind.syndrome = s.syndrome;
            kind.detail = s.detail;
            Counts& sum = sums[{s.vm, s.world, s.cause, what(kind), s.measured, s.phase, s.function}];
            sum.insns += cost.insns;
            sum.ticks += cost.ticks;
        }
        for (const auto& [key, cost] : sums) {
            const auto& [vm, world, cause, name, measured, phase, function] = key;
            const FunctionMap::Function& f = functions_.at(function);
            function_.insert(cpu, u32{vm}, name_of(world), name_of(cause), name, int{measured},
                             run_.phases.of(world, phase), f.image, f.name, cost.insns, cost.ticks);
        }
    }

    void timeline(u32 cpu, const Recorder& recorder) {
        timeline_.insert(cpu, u64{recorder.intervals().size()}, int{!recorder.cut()});
        for (const TimelineEpisode& e : recorder.episodes()) {
            if (e.first == e.after && e.begin == e.end) continue;  // opened where the record was cut
            episode_.insert(cpu, e.number, u32{e.kind.vm}, u32{e.kind.vm_after}, name_of(e.kind.world),
                            name_of(e.kind.cause), what(e.kind), e.begin, e.end, e.first, e.after, int{e.returned});
        }
        u64 number = 0;
        for (const TimelineInterval& i : recorder.intervals())
            interval_.insert(cpu, number++, i.payer.episode, u32{i.payer.vm}, name_of(i.payer.world),
                             run_.phases.of(i.payer.world, i.phase), functions_.at(i.function).name, i.begin, i.end,
                             i.insns);
    }

private:
    std::string what(const EpisodeKind& kind) const {
        if (kind.world == World::idle) return std::string(name_of(kind.world));
        return kind.world == World::hypervisor && kind.cause != Cause::none ? names_.of(kind)
                                                                            : std::string(name_of(kind.cause));
    }

    const RunRecord& run_;
    const std::vector<FunctionMap::Function>& functions_;
    ExitNames names_;
    Statement function_, timeline_, episode_, interval_;
};

}  // namespace

void write_recording(const RunRecord& run, const RecordingOptions& options,
                     const std::vector<FunctionMap::Function>& functions, const std::vector<const Recorder*>& recorders,
                     const std::filesystem::path& path) {
    Database db(path, Database::Open::fresh);
    db.run("PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN");
    db.run(schema);
    db.run(fmt::format("PRAGMA user_version = {}", recording_schema).c_str());
    Statement meta(db, "INSERT INTO meta VALUES (?, ?)");
    meta.insert("scenario", run.scenario);
    meta.insert("timing", run.timing);
    meta.insert("clock_hz", std::to_string(run.clock_hz));
    meta.insert("functions", std::string_view(options.functions ? "1" : "0"));
    meta.insert("intervals", std::to_string(options.intervals));
    RecordingWriter writer(db, run, functions);
    for (u32 cpu = 0; cpu < recorders.size(); ++cpu) {
        if (options.functions) writer.costs(cpu, *recorders[cpu]);
        if (options.intervals) writer.timeline(cpu, *recorders[cpu]);
    }
    db.run("COMMIT");
}

}  // namespace vtoll::core
