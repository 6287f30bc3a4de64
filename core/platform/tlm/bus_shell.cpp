// SPDX-License-Identifier: Apache-2.0
#include "core/platform/tlm/bus_shell.hpp"

#include "core/seam/bus.hpp"

namespace vtoll::core {

BusShell::BusShell(const sc_core::sc_module_name& name, unsigned initiators)
    : sc_module(name),
      in("in", initiators),
      out_("out", most_targets),
      page_route_(device_space / PhysicalBus::page_size, nobody) {
    for (auto& socket : in) {
        socket.register_b_transport(this, &BusShell::b_transport);
        socket.register_transport_dbg(this, &BusShell::transport_dbg);
        socket.register_get_direct_mem_ptr(this, &BusShell::get_direct_mem_ptr);
    }
}

void BusShell::attach(const memory_map::Window& window, tlm::tlm_target_socket<>& target) {
    const auto index = static_cast<u8>(routes_.size());
    Out& socket = out_.at(index);
    socket.register_invalidate_direct_mem_ptr(this, &BusShell::invalidate_direct_mem_ptr, index);
    socket.bind(target);
    routes_.push_back({window, &socket});
    if (window.base >= device_space) {
        ram_route_ = index;
        return;
    }
    for (u64 pa = window.base; pa < window.base + window.size; pa += PhysicalBus::page_size)
        page_route_[pa / PhysicalBus::page_size] = index;
}

BusShell::Route* BusShell::route(const tlm::tlm_generic_payload& payload) {
    const u64 pa = payload.get_address();
    const u8 index = pa < device_space ? page_route_[pa / PhysicalBus::page_size] : ram_route_;
    if (index == nobody) return nullptr;
    Route& found = routes_[index];
    return found.window.holds(pa) ? &found : nullptr;
}

void BusShell::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    Route* to = route(payload);
    if (to == nullptr) {
        payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
        return;
    }
    const u64 pa = payload.get_address();
    payload.set_address(pa - to->window.base);
    (*to->socket)->b_transport(payload, delay);
    payload.set_address(pa);
}

unsigned BusShell::transport_dbg(tlm::tlm_generic_payload& payload) {
    Route* to = route(payload);
    if (to == nullptr) {
        payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
        return 0;
    }
    const u64 pa = payload.get_address();
    payload.set_address(pa - to->window.base);
    const unsigned done = (*to->socket)->transport_dbg(payload);
    payload.set_address(pa);
    return done;
}

bool BusShell::get_direct_mem_ptr(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi) {
    Route* to = route(payload);
    if (to == nullptr) return false;
    const u64 pa = payload.get_address();
    payload.set_address(pa - to->window.base);
    const bool granted = (*to->socket)->get_direct_mem_ptr(payload, dmi);
    payload.set_address(pa);
    dmi.set_start_address(dmi.get_start_address() + to->window.base);
    dmi.set_end_address(dmi.get_end_address() + to->window.base);
    return granted;
}

void BusShell::invalidate_direct_mem_ptr(int route, sc_dt::uint64 first, sc_dt::uint64 last) {
    const u64 base = routes_[static_cast<std::size_t>(route)].window.base;
    for (auto& socket : in) socket->invalidate_direct_mem_ptr(base + first, base + last);
}

}  // namespace vtoll::core
