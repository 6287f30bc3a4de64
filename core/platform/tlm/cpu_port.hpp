// SPDX-License-Identifier: Apache-2.0
// A processor's way to the bus: PhysicalBus on the engine's side, an initiator socket on the other. One payload is
// reused for every access.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>
#include <systemc>
#include <tlm>

#include <functional>
#include <vector>

#include "core/platform/tlm/initiator.hpp"
#include "core/seam/bus.hpp"

namespace vtoll::core {

class CpuPort : public sc_core::sc_module, public PhysicalBus {
public:
    tlm_utils::simple_initiator_socket<CpuPort> socket{"socket"};

    CpuPort(const sc_core::sc_module_name& name, unsigned cpu);
    ~CpuPort() override;

    /// Called when a grant of direct access is taken back.
    void on_revoked(std::function<void(u64 pa, u64 size)> revoked) { revoked_ = std::move(revoked); }

    DmiPage dmi(u64 pa) override;
    DevicePath path(u64 pa) override;
    BusResult read(u64 pa, unsigned size, u32& value, unsigned cpu, bool debug) override;
    BusResult write(u64 pa, unsigned size, u32 value, unsigned cpu, bool debug) override;

private:
    struct Grant {
        u64 first, last;
        u8* host;
        bool writable;
    };

    void invalidate_direct_mem_ptr(sc_dt::uint64 first, sc_dt::uint64 last);
    BusResult transport(u64 pa, unsigned size, tlm::tlm_command command, u32& value, unsigned cpu, bool debug);

    InitiatorExtension initiator_;
    tlm::tlm_generic_payload payload_;
    std::vector<Grant> grants_;
    std::function<void(u64 pa, u64 size)> revoked_;
};

}  // namespace vtoll::core
