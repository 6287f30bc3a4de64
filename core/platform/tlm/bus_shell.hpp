// SPDX-License-Identifier: Apache-2.0
// The interconnect: a socket per processor on one side, a socket per window on the other.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>
#include <systemc>
#include <tlm>

#include <vector>

#include "core/platform/memory_map.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

class BusShell : public sc_core::sc_module {
public:
    sc_core::sc_vector<tlm_utils::simple_target_socket<BusShell>> in;

    BusShell(const sc_core::sc_module_name& name, unsigned initiators);

    /// Route `window` to `target`. Windows start at pages and don't overlap; devices lie below memory_map::ram_base.
    /// Before the kernel starts, at most 32 times.
    void attach(const memory_map::Window& window, tlm::tlm_target_socket<>& target);

private:
    using Out = tlm_utils::simple_initiator_socket_tagged_optional<BusShell>;
    struct Route {
        memory_map::Window window;
        Out* socket;
    };
    static constexpr unsigned most_targets = 32;
    static constexpr u8 nobody = 0xff;
    static constexpr u64 device_space = memory_map::ram_base;  ///< decoded by a table of pages; above it is RAM

    void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    unsigned transport_dbg(tlm::tlm_generic_payload& payload);
    bool get_direct_mem_ptr(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi);
    void invalidate_direct_mem_ptr(int route, sc_dt::uint64 first, sc_dt::uint64 last);

    Route* route(const tlm::tlm_generic_payload& payload);

    sc_core::sc_vector<Out> out_;
    std::vector<Route> routes_;
    std::vector<u8> page_route_;  ///< index into routes_ by page of the device space
    u8 ram_route_ = nobody;
};

}  // namespace vtoll::core
