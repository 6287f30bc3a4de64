// SPDX-License-Identifier: Apache-2.0
#include "core/platform/tlm/meeting.hpp"

#include <algorithm>
#include <array>

namespace vtoll::core {

u64 Meeting::begin_turn(unsigned cpu, u64 tick) {
    m_.cpus[cpu]->others_ran();
    if (turns_.arrival(cpu) <= tick) {
        turns_.arrived(cpu);
        give_lines(cpu, m_.gic.lines(cpu));
    }
    return std::min(turn_end(cpu, tick), turns_.arrival(cpu));
}

u64 Meeting::turn_end(unsigned cpu, u64 tick) const {
    std::array<Turns::Other, gic::max_cpus> others;
    for (unsigned other = 0; other < m_.cpus.size(); ++other) {
        const CpuShell& shell = *m_.shells[other];
        if (other == cpu || !shell.powered()) continue;
        const u64 now = m_.cpus[other]->now();
        if (shell.asleep()) others[other].acts_at = shell.turn_tick();
        else if (polling_[other]) others[other].acts_at = std::min(m_.interrupted(other, now), turns_.arrival(other));
        else others[other] = {now, true};
    }
    return turns_.end(tick, polling_[cpu], others);
}

void Meeting::deal(unsigned by) {
    turns_.deal(m_.cpus[by]->doing_at());
    end_turn(by);
}

void Meeting::end_turn(unsigned by) {
    m_.run_end[by] = std::min(m_.run_end[by], m_.cpus[by]->doing_at());
    m_.cpus[by]->end_run_by(m_.run_end[by]);
}

void Meeting::note_distance(unsigned by, unsigned other, u64 tick) {
    const u64 there = m_.cpus[other]->now();
    if (there <= tick) return;
    m_.cpus[other]->out_of_step(there - tick);
    m_.cpus[by]->out_of_step(there - tick);
}

void Meeting::give_lines(unsigned cpu, const gic::Lines& lines) {
    given_[cpu] = lines;
    m_.cpus[cpu]->set_lines(lines);
}

void Meeting::lines_changed(unsigned by, unsigned cpu, const gic::Lines& lines) {
    const gic::Lines& had = given_[cpu];
    const gic::Lines both = {had.irq && lines.irq, had.fiq && lines.fiq, had.virq && lines.virq,
                             had.vfiq && lines.vfiq};
    CpuShell& shell = *m_.shells[cpu];
    if (by == cpu || both == lines || !shell.powered()) {
        give_lines(cpu, lines);
        return;
    }
    const u64 tick = m_.cpus[by]->doing_at();
    if (!shell.asleep() && m_.cpus[cpu]->now() < tick) {
        turns_.arrives(cpu, tick);
        give_lines(cpu, both);
    } else {
        note_distance(by, cpu, tick);
        give_lines(cpu, lines);
        shell.wake(tick);
    }
    deal(by);
}

void Meeting::event_sent(unsigned by, unsigned to) {
    m_.cpus[to]->set_event();
    if (!m_.shells[to]->asleep_for_event()) return;
    const u64 tick = m_.cpus[by]->now();
    note_distance(by, to, tick);
    m_.shells[to]->wake(tick);
    deal(by);
}

void Meeting::polls(unsigned by, bool waits, std::span<const u64> granules, bool devices) {
    polling_[by] = waits;
    for (unsigned other = 0; other < m_.cpus.size(); ++other)
        if (other != by) m_.cpus[other]->polled_elsewhere(by, granules, devices);
    if (!waits) return;
    m_.run_end[by] = std::min(m_.run_end[by], turn_end(by, m_.cpus[by]->now()));
    m_.cpus[by]->end_run_by(m_.run_end[by]);
}

bool Meeting::reached(unsigned by, u32 pollers, u64 tick) {
    const auto waits = [&](unsigned other) {
        return (pollers >> other & 1) && polling_[other] && m_.shells[other]->powered() && !m_.shells[other]->asleep();
    };
    for (unsigned other = 0; other < m_.cpus.size(); ++other)
        if (waits(other) && m_.cpus[other]->now() < tick) {
            end_turn(by);
            return false;
        }
    for (unsigned other = 0; other < m_.cpus.size(); ++other)
        if (waits(other)) note_distance(by, other, tick);
    turns_.deal(tick);
    end_turn(by);
    return true;
}

void Meeting::restored() {
    for (unsigned i = 0; i < m_.cpus.size(); ++i) {
        const isa::CpuState& s = m_.cpus[i]->state();
        given_[i] = {s.line_irq, s.line_fiq, s.line_virq, s.line_vfiq};
    }
}

}  // namespace vtoll::core
