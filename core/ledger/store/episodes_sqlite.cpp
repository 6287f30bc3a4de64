// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/store/episodes_sqlite.hpp"

#include <fmt/format.h>

#include <optional>

#include "core/ledger/store/database.hpp"
#include "core/ledger/store/facts_sqlite.hpp"

namespace vtoll::core {

namespace {

// An episode row stands for `count` episodes that are alike in everything but when they began; its phases are what one
// of them cost. No index: the file is written once and small.
constexpr const char* schema = R"sql(
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE cpus (cpu INTEGER PRIMARY KEY, insns INTEGER NOT NULL, ticks INTEGER NOT NULL);
CREATE TABLE phases (world TEXT NOT NULL, phase INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (world, phase))
  WITHOUT ROWID;
CREATE TABLE accounts (cpu INTEGER NOT NULL, world TEXT NOT NULL, cause TEXT NOT NULL, vm INTEGER NOT NULL,
  phase INTEGER NOT NULL, stall TEXT NOT NULL, insns INTEGER NOT NULL, ticks INTEGER NOT NULL);
CREATE TABLE episodes (episode INTEGER PRIMARY KEY, cpu INTEGER NOT NULL, world TEXT NOT NULL, cause TEXT NOT NULL,
  detail INTEGER NOT NULL, syndrome INTEGER NOT NULL, vm INTEGER NOT NULL, vm_after INTEGER NOT NULL,
  measured INTEGER NOT NULL, count INTEGER NOT NULL, insns INTEGER NOT NULL, ticks INTEGER NOT NULL,
  first_tick INTEGER NOT NULL, last_tick INTEGER NOT NULL, row INTEGER NOT NULL, finished INTEGER NOT NULL,
  role TEXT NOT NULL);
CREATE TABLE episode_phases (episode INTEGER NOT NULL, phase INTEGER NOT NULL, insns INTEGER NOT NULL,
  ticks INTEGER NOT NULL, device INTEGER NOT NULL, exception INTEGER NOT NULL, PRIMARY KEY (episode, phase))
  WITHOUT ROWID;
CREATE TABLE episode_stalls (episode INTEGER NOT NULL, stall TEXT NOT NULL, ticks INTEGER NOT NULL,
  PRIMARY KEY (episode, stall)) WITHOUT ROWID;
CREATE TABLE host_exits (exit INTEGER PRIMARY KEY, cpu INTEGER NOT NULL, cause TEXT NOT NULL, detail INTEGER NOT NULL,
  syndrome INTEGER NOT NULL, vm INTEGER NOT NULL, measured INTEGER NOT NULL, count INTEGER NOT NULL,
  first_tick INTEGER NOT NULL, last_tick INTEGER NOT NULL, row INTEGER NOT NULL, finished INTEGER NOT NULL,
  turns INTEGER NOT NULL);
CREATE TABLE host_exit_parts (exit INTEGER NOT NULL, part TEXT NOT NULL, insns INTEGER NOT NULL,
  ticks INTEGER NOT NULL, PRIMARY KEY (exit, part)) WITHOUT ROWID;
CREATE TABLE samples (cpu INTEGER NOT NULL, measured INTEGER NOT NULL, insns INTEGER NOT NULL, ticks INTEGER NOT NULL,
  hyp_insns INTEGER NOT NULL, hyp_ticks INTEGER NOT NULL, hyp_entries INTEGER NOT NULL,
  mode_switches INTEGER NOT NULL, address_space_switches INTEGER NOT NULL, idle_ticks INTEGER NOT NULL);
CREATE TABLE calls (instruction TEXT NOT NULL, immediate INTEGER NOT NULL, number INTEGER NOT NULL,
  name TEXT NOT NULL, PRIMARY KEY (instruction, immediate, number)) WITHOUT ROWID;
CREATE TABLE number_registers (instruction TEXT NOT NULL, immediate INTEGER NOT NULL, register INTEGER NOT NULL);
CREATE TABLE guest_devices (page INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE episode_callers (episode INTEGER NOT NULL, address INTEGER NOT NULL, count INTEGER NOT NULL,
  PRIMARY KEY (episode, address)) WITHOUT ROWID;
CREATE TABLE host_exit_callers (exit INTEGER NOT NULL, address INTEGER NOT NULL, count INTEGER NOT NULL,
  PRIMARY KEY (exit, address)) WITHOUT ROWID;
CREATE TABLE callers (hypervisor INTEGER NOT NULL, address INTEGER NOT NULL, function TEXT NOT NULL,
  PRIMARY KEY (hypervisor, address)) WITHOUT ROWID;
CREATE TABLE rows (row INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE row_counts (cpu INTEGER NOT NULL, row INTEGER NOT NULL, world TEXT NOT NULL, insns INTEGER NOT NULL,
  ticks INTEGER NOT NULL);
CREATE TABLE contexts (cpu INTEGER PRIMARY KEY, parked INTEGER NOT NULL, resumed INTEGER NOT NULL,
  abandoned INTEGER NOT NULL);
CREATE TABLE markers (cpu INTEGER NOT NULL, option INTEGER NOT NULL, insns INTEGER NOT NULL, ticks INTEGER NOT NULL);
)sql";

// Of a machine of several processors: by how much an episode or a sample may be off (CpuIf::out_of_step), when it may
// be. A sample's number is its row's.
constexpr const char* schema_of_turns = R"sql(
CREATE TABLE episode_turns (episode INTEGER PRIMARY KEY, ticks INTEGER NOT NULL);
CREATE TABLE sample_turns (sample INTEGER PRIMARY KEY, ticks INTEGER NOT NULL);
)sql";

constexpr int any_immediate = -1;  ///< that no other row of number_registers has
constexpr auto n_worlds = static_cast<std::size_t>(World::count);
constexpr const char* all_of_it = "all";  ///< of row_counts: what the processor counted in that row

void write_meta(const Database& db, const RunRecord& run) {
    Statement meta(db, "INSERT INTO meta VALUES (?, ?)");
    meta.insert("scenario", run.scenario);
    meta.insert("timing", run.timing);
    meta.insert("timing_title", run.timing_title);
    if (run.placement) meta.insert("placement", std::to_string(run.placement));
    meta.insert("clock_hz", std::to_string(run.clock_hz));
    meta.insert("outcome", run.outcome);
    meta.insert("guest_code", std::to_string(run.guest_code));
    Statement calls(db, "INSERT INTO calls VALUES (?, ?, ?, ?)");
    for (const auto& [call, name] : run.calls)
        calls.insert(name_of(call.instruction), call.immediate, call.number, name);
    Statement registers(db, "INSERT INTO number_registers VALUES (?, ?, ?)");
    for (const auto& [immediate, number] : run.number_registers)
        registers.insert(name_of(CallInstruction::hvc), immediate, u32{number});
    registers.insert(name_of(CallInstruction::hvc), any_immediate, u32{run.number_register});
    registers.insert(name_of(CallInstruction::svc), any_immediate, u32{run.syscall_register});
    Statement devices(db, "INSERT INTO guest_devices VALUES (?, ?)");
    for (const auto& [page, name] : run.devices) devices.insert(page, name);
    Statement callers(db, "INSERT INTO callers VALUES (?, ?, ?)");
    for (const auto& [address, name] : run.guest_functions) callers.insert(0, address, name);
    for (const auto& [address, name] : run.hypervisor_functions) callers.insert(1, address, name);
    Statement rows(db, "INSERT INTO rows VALUES (?, ?)");
    for (std::size_t i = 0; i < run.rows.size(); ++i) rows.insert(static_cast<u32>(i), run.rows[i]);
    Statement phases(db, "INSERT INTO phases VALUES (?, ?, ?)");
    for (std::size_t w = 0; w < n_worlds; ++w)
        for (u32 phase = 0; phase < max_phases; ++phase) {
            const std::string_view name = run.phases.of(static_cast<World>(w), static_cast<u16>(phase));
            const bool hardware = phase >= phase_hardware_entry;
            if (!name.empty() && (hardware || run.phases.divided(static_cast<World>(w))))
                phases.insert(name_of(static_cast<World>(w)), phase, name);
        }
}

class Writer {
public:
    Writer(const Database& db, bool turns)
        : cpu_(db, "INSERT INTO cpus VALUES (?, ?, ?)"),
          account_(db, "INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
          episode_(db, "INSERT INTO episodes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
          phase_(db, "INSERT INTO episode_phases VALUES (?, ?, ?, ?, ?, ?)"),
          stall_(db, "INSERT INTO episode_stalls VALUES (?, ?, ?)"),
          sample_(db, "INSERT INTO samples VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
          marker_(db, "INSERT INTO markers VALUES (?, ?, ?, ?)"),
          row_(db, "INSERT INTO row_counts VALUES (?, ?, ?, ?, ?)"),
          contexts_(db, "INSERT INTO contexts VALUES (?, ?, ?, ?)"),
          host_exit_(db, "INSERT INTO host_exits VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
          host_exit_part_(db, "INSERT INTO host_exit_parts VALUES (?, ?, ?, ?)"),
          caller_(db, "INSERT INTO episode_callers VALUES (?, ?, ?)"),
          host_exit_caller_(db, "INSERT INTO host_exit_callers VALUES (?, ?, ?)") {
        if (!turns) return;
        episode_turns_.emplace(db, "INSERT INTO episode_turns VALUES (?, ?)");
        sample_turns_.emplace(db, "INSERT INTO sample_turns VALUES (?, ?)");
    }

    void write(u32 index, const ProcessorRecord& cpu) {
        cpu_.insert(index, cpu.machine.insns, cpu.machine.ticks);
        const Contexts& contexts = cpu.crossings.contexts;
        contexts_.insert(index, contexts.parked, contexts.resumed, contexts.abandoned);
        for (const Account& a : cpu.accounts)
            account_.insert(index, name_of(a.world), name_of(a.cause), u32{a.vm}, u32{a.phase}, name_of(a.stall),
                            a.insns, a.ticks);
        for (const EpisodeRow& row : cpu.episodes) write(index, row);
        for (const HostExitRow& row : cpu.host_exits) write(index, row);
        for (const Sample& s : cpu.samples) {
            sample_.insert(index, int{s.measured}, s.total.insns, s.total.ticks, s.hypervisor.insns, s.hypervisor.ticks,
                           s.hyp_entries, s.mode_switches, s.address_space_switches, s.idle);
            ++samples_;
            if (s.turns) sample_turns_->insert(samples_, s.turns);
        }
        for (const MarkerHit& m : cpu.markers) marker_.insert(index, u32{m.option}, m.at.insns, m.at.ticks);
        for (u32 row = 0; row < cpu.rows.size(); ++row) {
            row_.insert(index, row, std::string_view(all_of_it), cpu.rows[row].machine.insns,
                        cpu.rows[row].machine.ticks);
            for (std::size_t w = 0; w < n_worlds; ++w)
                if (const RowCounts::Part& part = cpu.rows[row].worlds[w]; !(part == RowCounts::Part{}))
                    row_.insert(index, row, name_of(static_cast<World>(w)), part.insns, part.ticks);
        }
    }

private:
    void write(u32 index, const EpisodeRow& row) {
        const EpisodeKind& k = row.kind;
        episode_.insert(++episodes_, index, name_of(k.world), name_of(k.cause), k.detail, k.syndrome, u32{k.vm},
                        u32{k.vm_after}, int{k.measured}, row.count, k.insns(), k.ticks(), row.first_tick,
                        row.last_tick, u32{k.row}, int{k.finished}, name_of(k.role));
        for (u32 i = 0; i < max_phases; ++i) {
            const PhaseCost& p = k.phases[i];
            if (!(p == PhaseCost{})) phase_.insert(episodes_, i, p.insns, p.ticks, p.device, p.exception);
        }
        for (std::size_t i = 0; i < core_stalls; ++i)
            if (k.waits[i]) stall_.insert(episodes_, name_of(static_cast<Stall>(first_core_stall + i)), k.waits[i]);
        if (k.turns) episode_turns_->insert(episodes_, k.turns);
        for (const auto& [address, count] : row.callers.counts) caller_.insert(episodes_, address, count);
    }

    void write(u32 index, const HostExitRow& row) {
        const EpisodeKind& k = row.kind;
        host_exit_.insert(++host_exits_, index, name_of(k.cause), k.detail, k.syndrome, u32{k.vm}, int{k.measured},
                          row.count, row.first_tick, row.last_tick, u32{k.row}, int{k.finished}, k.turns);
        for (std::size_t i = 0; i < exit_parts; ++i)
            host_exit_part_.insert(host_exits_, name_of(static_cast<ExitPart>(i)), row.parts[i].insns,
                                   row.parts[i].ticks);
        for (const auto& [address, count] : row.callers.counts) host_exit_caller_.insert(host_exits_, address, count);
    }

    Statement cpu_, account_, episode_, phase_, stall_, sample_, marker_, row_, contexts_, host_exit_, host_exit_part_,
        caller_, host_exit_caller_;
    std::optional<Statement> episode_turns_, sample_turns_;  ///< of several processors
    u32 episodes_ = 0, samples_ = 0, host_exits_ = 0;
};

/// Reads rows into records, refusing what a writer of this version can't have written.
class Reader {
public:
    Reader(const Database& db, std::string file) : db_(db), file_(std::move(file)) {}

    RunRecord read() {
        read_meta();
        read_cpus();
        read_accounts();
        read_episodes();
        read_markers();
        read_rows();
        if (run_.cpus.size() > 1) read_turns();
        read_facts(db_, file_, run_);
        return std::move(run_);
    }

private:
    template <class Value>
    Value known(std::optional<Value> value, const std::string& name) const {
        if (!value) throw InputError(fmt::format("{}: unknown name '{}'", file_, name));
        return *value;
    }
    ProcessorRecord& cpu(s64 index) {
        if (index < 0 || index >= static_cast<s64>(run_.cpus.size()))
            throw InputError(fmt::format("{}: no processor {}", file_, index));
        return run_.cpus[static_cast<std::size_t>(index)];
    }
    std::size_t phase(s64 number) const {
        if (number < 0 || number >= max_phases) throw InputError(fmt::format("{}: no phase {}", file_, number));
        return static_cast<std::size_t>(number);
    }
    World world(const std::string& name) const { return known(world_from_name(name), name); }
    Cause cause(const std::string& name) const { return known(cause_from_name(name), name); }

    void read_meta() {
        Statement meta(db_, "SELECT name, value FROM meta");
        while (meta.step()) {
            const std::string name = meta.text(0), value = meta.text(1);
            if (name == "scenario") run_.scenario = value;
            else if (name == "timing") run_.timing = value;
            else if (name == "timing_title") run_.timing_title = value;
            else if (name == "placement") run_.placement = std::strtoull(value.c_str(), nullptr, 10);
            else if (name == "clock_hz") run_.clock_hz = std::strtoull(value.c_str(), nullptr, 10);
            else if (name == "outcome") run_.outcome = value;
            else if (name == "guest_code") run_.guest_code = std::atoi(value.c_str());
        }
        read_calls();
        Statement phases(db_, "SELECT world, phase, name FROM phases WHERE phase < 14");
        while (phases.step()) {
            run_.phases.divide(world(phases.text(0)));
            if (const std::size_t number = phase(phases.integer(1)))
                run_.phases.set(static_cast<u16>(number), phases.text(2));
        }
    }

    void read_calls() {
        const auto instruction = [&](const std::string& name) { return known(call_instruction_from_name(name), name); };
        Statement calls(db_, "SELECT instruction, immediate, number, name FROM calls");
        while (calls.step())
            run_.calls[{instruction(calls.text(0)), number(calls, 1), number(calls, 2)}] = calls.text(3);
        run_.recorded_calls = run_.calls;
        Statement registers(db_, "SELECT instruction, immediate, register FROM number_registers");
        while (registers.step()) {
            const auto kept = static_cast<u8>(registers.integer(2));
            if (instruction(registers.text(0)) == CallInstruction::svc) run_.syscall_register = kept;
            else if (registers.integer(1) == any_immediate) run_.number_register = kept;
            else run_.number_registers.emplace_back(number(registers, 1), kept);
        }
        Statement devices(db_, "SELECT page, name FROM guest_devices");
        while (devices.step()) run_.devices[number(devices, 0)] = devices.text(1);
        Statement callers(db_, "SELECT hypervisor, address, function FROM callers");
        while (callers.step())
            (callers.integer(0) ? run_.hypervisor_functions : run_.guest_functions)[number(callers, 1)] =
                callers.text(2);
    }

    void read_cpus() {
        Statement cpus(db_, "SELECT insns, ticks FROM cpus ORDER BY cpu");
        while (cpus.step()) run_.cpus.emplace_back().machine = counts(cpus, 0);
        Statement contexts(db_, "SELECT cpu, parked, resumed, abandoned FROM contexts");
        while (contexts.step())
            cpu(contexts.integer(0)).crossings.contexts = {static_cast<u64>(contexts.integer(1)),
                                                           static_cast<u64>(contexts.integer(2)),
                                                           static_cast<u64>(contexts.integer(3))};
    }

    void read_accounts() {
        Statement rows(db_, "SELECT cpu, world, cause, vm, phase, stall, insns, ticks FROM accounts ORDER BY rowid");
        while (rows.step())
            cpu(rows.integer(0))
                .accounts.push_back({world(rows.text(1)), cause(rows.text(2)), static_cast<u16>(phase(rows.integer(4))),
                                     known(stall_from_name(rows.text(5)), rows.text(5)), counts(rows, 6).insns,
                                     counts(rows, 6).ticks, static_cast<u8>(rows.integer(3))});
    }

    void read_episodes() {
        Statement rows(db_,
                       "SELECT cpu, world, cause, detail, syndrome, vm, vm_after, measured, count, first_tick, "
                       "last_tick, p.phase, p.insns, p.ticks, p.device, p.exception, e.episode, row, finished, role "
                       "FROM episodes e LEFT JOIN episode_phases p ON e.episode = p.episode "
                       "ORDER BY e.episode, p.phase");
        s64 last = 0;
        while (rows.step()) {
            std::vector<EpisodeRow>& episodes = cpu(rows.integer(0)).episodes;
            if (rows.integer(16) != last) {
                last = rows.integer(16);
                EpisodeRow& row = episodes.emplace_back();
                row.kind.world = world(rows.text(1));
                row.kind.cause = cause(rows.text(2));
                row.kind.detail = number(rows, 3);
                row.kind.syndrome = number(rows, 4);
                row.kind.vm = static_cast<u8>(rows.integer(5));
                row.kind.vm_after = static_cast<u8>(rows.integer(6));
                row.kind.measured = rows.integer(7) != 0;
                row.kind.row = static_cast<u8>(rows.integer(17));
                row.kind.finished = rows.integer(18) != 0;
                row.kind.role = known(role_from_name(rows.text(19)), rows.text(19));
                row.count = static_cast<u64>(rows.integer(8));
                row.first_tick = static_cast<u64>(rows.integer(9));
                row.last_tick = static_cast<u64>(rows.integer(10));
            }
            episodes.back().kind.phases[phase(rows.integer(11))] = {number(rows, 12), number(rows, 13),
                                                                    number(rows, 14), number(rows, 15)};
        }
        read_stalls();
        read_host_exits();
        read_callers();
        Statement samples(db_,
                          "SELECT cpu, measured, insns, ticks, hyp_insns, hyp_ticks, hyp_entries, mode_switches, "
                          "address_space_switches, idle_ticks FROM samples ORDER BY rowid");
        while (samples.step())
            cpu(samples.integer(0))
                .samples.push_back({counts(samples, 2), counts(samples, 4), number(samples, 6), number(samples, 7),
                                    number(samples, 8), samples.integer(1) != 0, static_cast<u64>(samples.integer(9))});
    }

    void read_host_exits() {
        Statement rows(db_,
                       "SELECT e.exit, cpu, cause, detail, syndrome, vm, measured, count, first_tick, last_tick, row, "
                       "finished, turns, p.part, p.insns, p.ticks FROM host_exits e JOIN host_exit_parts p "
                       "ON e.exit = p.exit ORDER BY e.exit, p.part");
        s64 last = 0;
        while (rows.step()) {
            std::vector<HostExitRow>& exits = cpu(rows.integer(1)).host_exits;
            if (rows.integer(0) != last) {
                last = rows.integer(0);
                HostExitRow& row = exits.emplace_back();
                row.kind.role = EntryRole::way_in;
                row.kind.cause = cause(rows.text(2));
                row.kind.detail = number(rows, 3);
                row.kind.syndrome = number(rows, 4);
                row.kind.vm = static_cast<u8>(rows.integer(5));
                row.kind.measured = rows.integer(6) != 0;
                row.count = static_cast<u64>(rows.integer(7));
                row.first_tick = static_cast<u64>(rows.integer(8));
                row.last_tick = static_cast<u64>(rows.integer(9));
                row.kind.row = static_cast<u8>(rows.integer(10));
                row.kind.finished = rows.integer(11) != 0;
                row.kind.turns = number(rows, 12);
            }
            const ExitPart part = known(exit_part_from_name(rows.text(13)), rows.text(13));
            exits.back().parts[static_cast<std::size_t>(part)] = {counts(rows, 14).insns, counts(rows, 14).ticks};
        }
    }

    /// Episodes are numbered in the order of their rows, processor by processor.
    void read_stalls() {
        std::vector<EpisodeKind*> kinds;
        for (ProcessorRecord& each : run_.cpus)
            for (EpisodeRow& row : each.episodes) kinds.push_back(&row.kind);
        Statement rows(db_, "SELECT episode, stall, ticks FROM episode_stalls ORDER BY episode");
        while (rows.step()) {
            const auto n = static_cast<std::size_t>(rows.integer(0) - 1);
            const Stall stall = known(stall_from_name(rows.text(1)), rows.text(1));
            const auto i = static_cast<std::size_t>(stall) - first_core_stall;
            if (n >= kinds.size() || i >= core_stalls)
                throw InputError(file_ + ": episode_stalls: no such episode or stall");
            kinds[n]->waits[i] = number(rows, 2);
        }
    }

    void read_callers() {
        std::vector<Callers*> episodes, exits;
        for (ProcessorRecord& each : run_.cpus) {
            for (EpisodeRow& row : each.episodes) episodes.push_back(&row.callers);
            for (HostExitRow& row : each.host_exits) exits.push_back(&row.callers);
        }
        const auto read = [&](const char* table, const char* key, const std::vector<Callers*>& all) {
            Statement rows(
                db_, fmt::format("SELECT {0}, address, count FROM {1} ORDER BY {0}, address", key, table).c_str());
            while (rows.step()) {
                const auto n = static_cast<std::size_t>(rows.integer(0) - 1);
                if (n >= all.size()) throw InputError(fmt::format("{}: {}: no number {}", file_, table, n + 1));
                all[n]->counts.emplace_back(number(rows, 1), static_cast<u64>(rows.integer(2)));
            }
        };
        read("episode_callers", "episode", episodes);
        read("host_exit_callers", "exit", exits);
    }

    /// Episodes and samples are numbered in the order of their rows, processor by processor.
    void read_turns() {
        std::vector<EpisodeKind*> kinds;
        std::vector<Sample*> samples;
        for (ProcessorRecord& each : run_.cpus) {
            for (EpisodeRow& row : each.episodes) kinds.push_back(&row.kind);
            for (Sample& sample : each.samples) samples.push_back(&sample);
        }
        const auto read = [&](const char* table, auto& all) {
            Statement rows(db_, fmt::format("SELECT * FROM {}", table).c_str());
            while (rows.step()) {
                const auto n = static_cast<std::size_t>(rows.integer(0) - 1);
                if (n >= all.size()) throw InputError(fmt::format("{}: {}: no number {}", file_, table, n + 1));
                all[n]->turns = number(rows, 1);
            }
        };
        read("episode_turns", kinds);
        read("sample_turns", samples);
    }

    void read_markers() {
        Statement rows(db_, "SELECT cpu, option, insns, ticks FROM markers ORDER BY rowid");
        while (rows.step()) cpu(rows.integer(0)).markers.push_back({number(rows, 1), counts(rows, 2)});
    }

    void read_rows() {
        Statement names(db_, "SELECT name FROM rows WHERE row > 0 ORDER BY row");
        while (names.step()) run_.rows.push_back(names.text(0));
        Statement rows(db_, "SELECT cpu, row, world, insns, ticks FROM row_counts ORDER BY rowid");
        while (rows.step()) {
            std::vector<RowCounts>& all = cpu(rows.integer(0)).rows;
            const s64 row = rows.integer(1);
            if (row < 0 || row >= static_cast<s64>(run_.rows.size()))
                throw InputError(fmt::format("{}: row_counts: no row {}", file_, row));
            if (static_cast<std::size_t>(row) >= all.size()) all.resize(static_cast<std::size_t>(row) + 1);
            RowCounts& counted = all[static_cast<std::size_t>(row)];
            const std::string part = rows.text(2);
            RowCounts::Part& to =
                part == all_of_it ? counted.machine : counted.worlds[static_cast<std::size_t>(world(part))];
            to = {counts(rows, 3).insns, counts(rows, 3).ticks};
        }
    }

    static u32 number(const Statement& row, int column) { return static_cast<u32>(row.integer(column)); }
    static Counts counts(const Statement& row, int column) {
        return {static_cast<u64>(row.integer(column)), static_cast<u64>(row.integer(column + 1))};
    }

    const Database& db_;
    std::string file_;
    RunRecord run_;
};

}  // namespace

void write_episodes(const RunRecord& run, const std::filesystem::path& path) {
    Database db(path, Database::Open::fresh);
    // No journal: the run directory appears whole or not at all. One transaction: the header counts them.
    db.run("PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN");
    db.run(schema);
    if (run.cpus.size() > 1) db.run(schema_of_turns);
    db.run(fmt::format("PRAGMA user_version = {}", episodes_schema).c_str());
    write_meta(db, run);
    Writer writer(db, run.cpus.size() > 1);
    for (std::size_t i = 0; i < run.cpus.size(); ++i) writer.write(static_cast<u32>(i), run.cpus[i]);
    write_facts(db, run);
    db.run("COMMIT");
}

RunRecord read_episodes(const std::filesystem::path& path) {
    const Database db(path, Database::Open::existing);
    Statement version(db, "PRAGMA user_version");
    version.step();
    if (version.integer(0) != episodes_schema)
        throw InputError(fmt::format("{}: version {} of the episode tables, expected {}", path.string(),
                                     version.integer(0), episodes_schema));
    return Reader(db, path.string()).read();
}

}  // namespace vtoll::core
