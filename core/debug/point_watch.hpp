// SPDX-License-Identifier: Apache-2.0
// Hears of it when execution reaches a point of the run, without stopping there: results stay what they are. Of marker,
// symbol and count of instructions it is told exactly there, of console output in the middle of the store that wrote.
#pragma once

#include <functional>
#include <optional>

#include "core/cpu/processor.hpp"
#include "core/scenario/simulation.hpp"

namespace vtoll::core {

class PointWatch final : private Debugger {
public:
    /// From now on it is the processors' debugger.
    explicit PointWatch(Simulation& run);
    ~PointWatch() override;
    PointWatch(const PointWatch&) = delete;
    PointWatch& operator=(const PointWatch&) = delete;

    /// Calls `reached` once, in place of what it was waiting for. Throws InputError when there is no such symbol.
    void wait_for(const StopPoint& point, std::function<void()> reached);

private:
    void stopped(Processor& cpu, const CpuStop& stop) override;
    void turn(Processor& cpu) override;
    bool wants(Processor&, const isa::ExceptionTaken&) override { return false; }
    bool wants_marker(Processor&, unsigned option) override;

    bool waits_for(StopPoint::Kind kind) const { return point_ && point_->kind == kind; }
    void count_down(Processor& cpu);
    void forget();
    void reach();

    Simulation& run_;
    std::optional<StopPoint> point_;
    std::function<void()> reached_;
    std::vector<Breakpoint> breakpoints_;
};

}  // namespace vtoll::core
