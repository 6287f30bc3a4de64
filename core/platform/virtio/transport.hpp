// SPDX-License-Identifier: Apache-2.0
// A virtio device behind registers (VIRTIO 1.1 §4.2). Version 1, the legacy interface, is what QEMU's `virt` has unless
// told otherwise; version 2 is the standard's own. A slot without a device says so by DeviceID 0.
#pragma once

#include <array>
#include <memory>

#include "core/platform/device.hpp"
#include "core/platform/line.hpp"
#include "core/platform/virtio/device.hpp"

namespace vtoll::core {

class VirtioTransport : public Device, private VirtioLink {
public:
    VirtioTransport(Dma& dma, bool legacy) : dma_(dma), legacy_(legacy) {}

    void plug(std::unique_ptr<VirtioDevice> device) {
        device_ = std::move(device);
        device_->attach(*this);
    }
    bool empty() const { return device_ == nullptr; }

    BusResult read(const Access& access, u32& value) override;
    BusResult write(const Access& access, u32 value) override;
    void serialize(Archive& ar) override;

    Line interrupt;

private:
    enum Offset : u32 {
        magic_value = 0x000,
        version = 0x004,
        device_id = 0x008,
        vendor_id = 0x00c,
        device_features = 0x010,
        device_features_sel = 0x014,
        driver_features_reg = 0x020,
        driver_features_sel = 0x024,
        guest_page_size = 0x028,  // legacy
        queue_sel = 0x030,
        queue_num_max = 0x034,
        queue_num = 0x038,
        queue_align = 0x03c,
        queue_pfn = 0x040,  // legacy
        queue_ready = 0x044,
        queue_notify = 0x050,
        interrupt_status = 0x060,
        interrupt_ack = 0x064,
        status = 0x070,
        queue_desc_low = 0x080,
        queue_desc_high = 0x084,
        queue_driver_low = 0x090,
        queue_driver_high = 0x094,
        queue_device_low = 0x0a0,
        queue_device_high = 0x0a4,
        config_generation = 0x0fc,
        config_space = 0x100,
    };
    static constexpr unsigned most_queues = 4;

    // --- VirtioLink
    Dma& dma() override { return dma_; }
    VirtioQueue& queue(unsigned index) override { return queues_.at(index); }
    u64 driver_features() const override { return driver_features_; }
    void used(unsigned index) override;

    u32 read_register(u32 offset) const;
    u32 read_config(u32 offset, unsigned size) const;
    void write_register(u32 offset, u32 value);
    void write_legacy(u32 offset, u32 value);
    void write_modern(u32 offset, u32 value);
    u64 offered() const;
    bool has_queue() const { return queue_sel_ < device_->queues(); }
    void note_breakage();
    void reset();
    void drive() { interrupt.set(interrupt_status_ != 0); }

    Dma& dma_;
    bool legacy_;
    std::unique_ptr<VirtioDevice> device_;

    std::array<VirtioQueue, most_queues> queues_;
    std::array<u32, most_queues> align_{}, pfn_{};  ///< legacy
    u32 page_size_ = 4096;                          ///< legacy
    u32 queue_sel_ = 0, device_features_sel_ = 0, driver_features_sel_ = 0;
    u64 driver_features_ = 0;
    u32 status_ = 0, interrupt_status_ = 0;
};

}  // namespace vtoll::core
