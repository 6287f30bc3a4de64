// SPDX-License-Identifier: Apache-2.0
#include "core/platform/tlm/cpu_port.hpp"

#include "core/platform/device_entry.hpp"

namespace vtoll::core {

CpuPort::CpuPort(const sc_core::sc_module_name& name, unsigned cpu) : sc_module(name) {
    initiator_.cpu = cpu;
    payload_.set_extension(&initiator_);
    payload_.set_byte_enable_ptr(nullptr);
    socket.register_invalidate_direct_mem_ptr(this, &CpuPort::invalidate_direct_mem_ptr);
}

CpuPort::~CpuPort() { payload_.clear_extension(&initiator_); }

DmiPage CpuPort::dmi(u64 pa) {
    for (const Grant& grant : grants_)
        if (pa >= grant.first && pa <= grant.last)
            return {grant.host + ((pa - grant.first) & ~(page_size - 1)), !grant.writable};
    tlm::tlm_dmi dmi;
    payload_.set_address(pa);
    payload_.set_command(tlm::TLM_READ_COMMAND);
    // A window of less than whole pages isn't worth direct access.
    if (!socket->get_direct_mem_ptr(payload_, dmi) || !dmi.is_read_allowed()) return {};
    if (dmi.get_start_address() % page_size != 0 || (dmi.get_end_address() + 1) % page_size != 0) return {};
    grants_.push_back({dmi.get_start_address(), dmi.get_end_address(), dmi.get_dmi_ptr(), dmi.is_write_allowed()});
    return this->dmi(pa);
}

DevicePath CpuPort::path(u64 pa) { return device_path(pa); }

void CpuPort::invalidate_direct_mem_ptr(sc_dt::uint64 first, sc_dt::uint64 last) {
    const auto revoked = std::erase_if(grants_, [&](const Grant& g) { return g.first <= last && first <= g.last; });
    if (revoked != 0 && revoked_) revoked_(first, last - first + 1);
}

BusResult CpuPort::transport(u64 pa, unsigned size, tlm::tlm_command command, u32& value, unsigned cpu, bool debug) {
    initiator_.cpu = cpu;
    payload_.set_command(command);
    payload_.set_address(pa);
    payload_.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
    payload_.set_data_length(size);
    payload_.set_streaming_width(size);
    payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    if (debug) {
        socket->transport_dbg(payload_);
    } else {
        // Access times are the timing model's business: targets add no delay of their own.
        sc_core::sc_time delay;
        socket->b_transport(payload_, delay);
    }
    return payload_.is_response_ok() ? BusResult::ok : BusResult::error;
}

BusResult CpuPort::read(u64 pa, unsigned size, u32& value, unsigned cpu, bool debug) {
    value = 0;
    return transport(pa, size, tlm::TLM_READ_COMMAND, value, cpu, debug);
}

BusResult CpuPort::write(u64 pa, unsigned size, u32 value, unsigned cpu, bool debug) {
    return transport(pa, size, tlm::TLM_WRITE_COMMAND, value, cpu, debug);
}

}  // namespace vtoll::core
