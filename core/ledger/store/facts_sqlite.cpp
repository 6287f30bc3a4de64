// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/store/facts_sqlite.hpp"

#include <fmt/format.h>

namespace vtoll::core {

namespace {

constexpr const char* schema = R"sql(
CREATE TABLE fact_controls (fact INTEGER PRIMARY KEY, cpu INTEGER NOT NULL, world TEXT NOT NULL,
  in_exception INTEGER NOT NULL, insns INTEGER NOT NULL, ticks INTEGER NOT NULL, uncached INTEGER NOT NULL, uncached_ticks INTEGER NOT NULL);
CREATE TABLE fact_controls_set (fact INTEGER NOT NULL, control TEXT NOT NULL, PRIMARY KEY (fact, control)) WITHOUT ROWID;
CREATE TABLE fact_events (cpu INTEGER NOT NULL, world TEXT NOT NULL, cause TEXT NOT NULL, vm INTEGER NOT NULL,
  event TEXT NOT NULL, amount INTEGER NOT NULL);
CREATE TABLE fact_accesses (cpu INTEGER NOT NULL, world TEXT NOT NULL, cause TEXT NOT NULL, vm INTEGER NOT NULL,
  device INTEGER NOT NULL, name TEXT NOT NULL, address INTEGER NOT NULL, write INTEGER NOT NULL, count INTEGER NOT NULL,
  same INTEGER NOT NULL, ticks INTEGER NOT NULL, same_ticks INTEGER NOT NULL);
CREATE TABLE endings (cpu INTEGER PRIMARY KEY, pc INTEGER NOT NULL, place TEXT NOT NULL, mode TEXT NOT NULL,
  branch_to_self INTEGER NOT NULL, interruptible INTEGER NOT NULL, at_vector INTEGER NOT NULL);
CREATE TABLE first_faults (cpu INTEGER PRIMARY KEY, kind TEXT NOT NULL, pc INTEGER NOT NULL, place TEXT NOT NULL,
  mode TEXT NOT NULL, status TEXT NOT NULL, address TEXT NOT NULL, insns INTEGER NOT NULL);
)sql";

class FactWriter {
public:
    explicit FactWriter(const Database& db)
        : controls_(db, "INSERT INTO fact_controls VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
          set_(db, "INSERT INTO fact_controls_set VALUES (?, ?)"),
          event_(db, "INSERT INTO fact_events VALUES (?, ?, ?, ?, ?, ?)"),
          access_(db, "INSERT INTO fact_accesses VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
          ending_(db, "INSERT INTO endings VALUES (?, ?, ?, ?, ?, ?, ?)"),
          fault_(db, "INSERT INTO first_faults VALUES (?, ?, ?, ?, ?, ?, ?, ?)") {}

    void write(u32 cpu, const Facts& facts) {
        for (const ControlFact& f : facts.controls) {
            controls_.insert(++facts_, cpu, name_of(f.world), int{f.in_exception}, f.insns, f.ticks, f.uncached,
                             f.uncached_ticks);
            for (const ControlName& control : control_names())
                if (f.controls.*control.member) set_.insert(facts_, control.name);
        }
        for (const EventFact& f : facts.events)
            event_.insert(cpu, name_of(f.owner.world), name_of(f.owner.cause), u32{f.owner.vm}, name_of(f.event),
                          f.amount);
        for (const AccessFact& f : facts.accesses)
            access_.insert(cpu, name_of(f.owner.world), name_of(f.owner.cause), u32{f.owner.vm}, int{f.device},
                           std::string_view(f.name), f.address, int{f.write}, f.counts.count, f.counts.same,
                           f.counts.ticks, f.counts.same_ticks);
        if (!facts.ending) return;
        const Ending& e = *facts.ending;
        ending_.insert(cpu, e.pc, std::string_view(e.place), std::string_view(e.mode), int{e.branch_to_self},
                       int{e.interruptible}, int{e.at_vector});
        if (!e.fault) return;
        const FirstFault& f = *e.fault;
        fault_.insert(cpu, std::string_view(f.kind), f.pc, std::string_view(f.place), std::string_view(f.mode),
                      std::string_view(f.status), std::string_view(f.address), f.insns);
    }

private:
    Statement controls_, set_, event_, access_, ending_, fault_;
    u32 facts_ = 0;
};

class FactReader {
public:
    FactReader(const Database& db, const std::string& file, RunRecord& run) : db_(db), file_(file), run_(run) {}

    void read() {
        read_controls();
        read_events();
        read_accesses();
        read_endings();
    }

private:
    template <class Value>
    Value known(std::optional<Value> value, const std::string& name) const {
        if (!value) throw InputError(fmt::format("{}: unknown name '{}'", file_, name));
        return *value;
    }
    Facts& facts(s64 cpu) {
        if (cpu < 0 || cpu >= static_cast<s64>(run_.cpus.size()))
            throw InputError(fmt::format("{}: no processor {}", file_, cpu));
        return run_.cpus[static_cast<std::size_t>(cpu)].facts;
    }
    /// Of the columns world, cause and vm from `column` on.
    FactOwner owner(const Statement& row, int column) const {
        return {known(world_from_name(row.text(column)), row.text(column)),
                known(cause_from_name(row.text(column + 1)), row.text(column + 1)),
                static_cast<u8>(row.integer(column + 2))};
    }
    static u64 number(const Statement& row, int column) { return static_cast<u64>(row.integer(column)); }

    void read_controls() {
        std::vector<std::pair<s64, std::size_t>> where;  // processor and index, by number
        Statement rows(
            db_,
            "SELECT cpu, world, in_exception, insns, ticks, uncached, uncached_ticks FROM fact_controls ORDER BY fact");
        while (rows.step()) {
            std::vector<ControlFact>& to = facts(rows.integer(0)).controls;
            where.emplace_back(rows.integer(0), to.size());
            to.push_back({known(world_from_name(rows.text(1)), rows.text(1)),
                          rows.integer(2) != 0,
                          {},
                          number(rows, 3),
                          number(rows, 4),
                          number(rows, 5),
                          number(rows, 6)});
        }
        Statement set(db_, "SELECT fact, control FROM fact_controls_set");
        while (set.step()) {
            const auto n = static_cast<std::size_t>(set.integer(0) - 1);
            if (n >= where.size()) throw InputError(fmt::format("{}: fact_controls_set: no fact {}", file_, n + 1));
            const std::string name = set.text(1);
            std::optional<bool Controls::*> member;
            for (const ControlName& control : control_names())
                if (control.name == name) member = control.member;
            facts(where[n].first).controls[where[n].second].controls.*known(member, name) = true;
        }
    }

    void read_events() {
        Statement rows(db_, "SELECT cpu, world, cause, vm, event, amount FROM fact_events ORDER BY rowid");
        while (rows.step())
            facts(rows.integer(0))
                .events.push_back(
                    {owner(rows, 1), known(memory_event_from_name(rows.text(4)), rows.text(4)), number(rows, 5)});
    }

    void read_accesses() {
        Statement rows(db_,
                       "SELECT cpu, world, cause, vm, device, name, address, write, count, same, ticks, same_ticks "
                       "FROM fact_accesses ORDER BY rowid");
        while (rows.step())
            facts(rows.integer(0))
                .accesses.push_back({owner(rows, 1),
                                     rows.integer(4) != 0,
                                     rows.text(5),
                                     number(rows, 6),
                                     rows.integer(7) != 0,
                                     {number(rows, 8), number(rows, 9), number(rows, 10), number(rows, 11)}});
    }

    void read_endings() {
        Statement rows(db_, "SELECT cpu, pc, place, mode, branch_to_self, interruptible, at_vector FROM endings");
        while (rows.step())
            facts(rows.integer(0)).ending = {static_cast<u32>(rows.integer(1)),
                                             rows.text(2),
                                             rows.text(3),
                                             rows.integer(4) != 0,
                                             rows.integer(5) != 0,
                                             rows.integer(6) != 0,
                                             std::nullopt};
        Statement faults(db_, "SELECT cpu, kind, pc, place, mode, status, address, insns FROM first_faults");
        while (faults.step()) {
            std::optional<Ending>& ending = facts(faults.integer(0)).ending;
            if (!ending) throw InputError(fmt::format("{}: first_faults: a processor that has no ending", file_));
            ending->fault = {faults.text(1),   static_cast<u32>(faults.integer(2)),
                             faults.text(3),   faults.text(4),
                             faults.text(5),   faults.text(6),
                             number(faults, 7)};
        }
    }

    const Database& db_;
    const std::string& file_;
    RunRecord& run_;
};

}  // namespace

void write_facts(Database& db, const RunRecord& run) {
    db.run(schema);
    FactWriter writer(db);
    for (std::size_t i = 0; i < run.cpus.size(); ++i) writer.write(static_cast<u32>(i), run.cpus[i].facts);
}

void read_facts(const Database& db, const std::string& file, RunRecord& run) { FactReader(db, file, run).read(); }

}  // namespace vtoll::core
