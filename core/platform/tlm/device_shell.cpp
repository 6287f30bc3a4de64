// SPDX-License-Identifier: Apache-2.0
#include "core/platform/tlm/device_shell.hpp"

#include <cstring>

#include "core/platform/tlm/initiator.hpp"

namespace vtoll::core {

DeviceShell::DeviceShell(const sc_core::sc_module_name& name, Device& device) : sc_module(name), device_(device) {
    socket.register_b_transport(this, &DeviceShell::b_transport);
    socket.register_transport_dbg(this, &DeviceShell::transport_dbg);
    socket.register_get_direct_mem_ptr(this, &DeviceShell::get_direct_mem_ptr);
}

void DeviceShell::access(tlm::tlm_generic_payload& payload, bool debug) {
    const unsigned size = payload.get_data_length();
    if ((size != 1 && size != 2 && size != 4) || payload.get_byte_enable_ptr() != nullptr) {
        payload.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
        return;
    }
    const Access access{static_cast<u32>(payload.get_address()), size, InitiatorExtension::cpu_of(payload), debug};
    u32 value = 0;
    BusResult result = BusResult::ok;
    if (payload.is_read()) {
        result = device_.read(access, value);
        std::memcpy(payload.get_data_ptr(), &value, size);
    } else if (payload.is_write()) {
        std::memcpy(&value, payload.get_data_ptr(), size);
        result = device_.write(access, value);
    }
    payload.set_response_status(result == BusResult::ok ? tlm::TLM_OK_RESPONSE : tlm::TLM_GENERIC_ERROR_RESPONSE);
}

void DeviceShell::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time&) { access(payload, false); }

unsigned DeviceShell::transport_dbg(tlm::tlm_generic_payload& payload) {
    access(payload, true);
    return payload.is_response_ok() ? payload.get_data_length() : 0;
}

FlashShell::FlashShell(const sc_core::sc_module_name& name, CfiFlash& flash) : DeviceShell(name, flash), flash_(flash) {
    flash_.on_array_left([this] { socket->invalidate_direct_mem_ptr(0, flash_.contents().size() - 1); });
}

bool FlashShell::get_direct_mem_ptr(tlm::tlm_generic_payload&, tlm::tlm_dmi& dmi) {
    Ram& contents = flash_.contents();
    dmi.set_start_address(0);
    dmi.set_end_address(contents.size() - 1);
    if (!flash_.reads_array()) return false;
    dmi.allow_read();
    dmi.set_dmi_ptr(contents.at(contents.base()));
    return true;
}

MemoryShell::MemoryShell(const sc_core::sc_module_name& name, Ram& ram) : sc_module(name), ram_(ram) {
    socket.register_b_transport(this, &MemoryShell::b_transport);
    socket.register_transport_dbg(this, &MemoryShell::transport_dbg);
    socket.register_get_direct_mem_ptr(this, &MemoryShell::get_direct_mem_ptr);
}

void MemoryShell::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time&) { transport_dbg(payload); }

unsigned MemoryShell::transport_dbg(tlm::tlm_generic_payload& payload) {
    const u64 offset = payload.get_address();
    const unsigned length = payload.get_data_length();
    if (payload.get_byte_enable_ptr() != nullptr) {
        payload.set_response_status(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
        return 0;
    }
    if (offset > ram_.size() || length > ram_.size() - offset) {
        payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
        return 0;
    }
    u8* host = ram_.at(ram_.base() + offset);
    if (payload.is_read()) std::memcpy(payload.get_data_ptr(), host, length);
    if (payload.is_write()) std::memcpy(host, payload.get_data_ptr(), length);
    payload.set_dmi_allowed(true);
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    return length;
}

bool MemoryShell::get_direct_mem_ptr(tlm::tlm_generic_payload&, tlm::tlm_dmi& dmi) {
    dmi.allow_read_write();
    dmi.set_start_address(0);
    dmi.set_end_address(ram_.size() - 1);
    dmi.set_dmi_ptr(ram_.at(ram_.base()));
    return true;
}

}  // namespace vtoll::core
