// SPDX-License-Identifier: Apache-2.0
// Loosely timed TLM-2.0 targets: a register device, and plain memory that grants direct access.
#pragma once

#include <tlm_utils/simple_target_socket.h>
#include <systemc>
#include <tlm>

#include "core/platform/device.hpp"
#include "core/platform/devices/cfi_flash.hpp"
#include "core/platform/ram.hpp"

namespace vtoll::core {

class DeviceShell : public sc_core::sc_module {
public:
    tlm_utils::simple_target_socket<DeviceShell> socket{"socket"};

    DeviceShell(const sc_core::sc_module_name& name, Device& device);

protected:
    virtual bool get_direct_mem_ptr(tlm::tlm_generic_payload&, tlm::tlm_dmi&) { return false; }

private:
    void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    unsigned transport_dbg(tlm::tlm_generic_payload& payload);
    void access(tlm::tlm_generic_payload& payload, bool debug);

    Device& device_;
};

/// A device that at times is plain memory to be read: direct access comes and goes.
class FlashShell : public DeviceShell {
public:
    FlashShell(const sc_core::sc_module_name& name, CfiFlash& flash);

private:
    bool get_direct_mem_ptr(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi) override;

    CfiFlash& flash_;
};

class MemoryShell : public sc_core::sc_module {
public:
    tlm_utils::simple_target_socket<MemoryShell> socket{"socket"};

    MemoryShell(const sc_core::sc_module_name& name, Ram& ram);

private:
    void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    unsigned transport_dbg(tlm::tlm_generic_payload& payload);
    bool get_direct_mem_ptr(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi);

    Ram& ram_;
};

}  // namespace vtoll::core
