// SPDX-License-Identifier: Apache-2.0
// A virtio device behind registers (VIRTIO 1.1 §4.2). Version 1, the legacy interface, is what QEMU's `virt` has unless
// told otherwise; version 2 is the standard's own. A slot without a device says so by DeviceID 0.
#pragma once

#include <array>
#include <memory>

#include "core/platform/line.hpp"
#include "core/platform/register_bank.hpp"
#include "core/platform/virtio/device.hpp"

namespace vtoll::core {

class VirtioTransport : public Device, private VirtioLink {
public:
    VirtioTransport(Dma& dma, bool legacy) : dma_(dma), legacy_(legacy), registers_(&empty_registers()) {}

    void plug(std::unique_ptr<VirtioDevice> device) {
        device_ = std::move(device);
        device_->attach(*this);
        registers_ = legacy_ ? &legacy_registers() : &modern_registers();
    }
    bool empty() const { return device_ == nullptr; }

    BusResult read(const Access& access, u32& value) override;
    BusResult write(const Access& access, u32 value) override;
    void serialize(Archive& ar) override;

    Line interrupt;

private:
    static constexpr u32 config_space = 0x100;
    static constexpr unsigned most_queues = 4;

    // --- VirtioLink
    Dma& dma() override { return dma_; }
    VirtioQueue& queue(unsigned index) override { return queues_.at(index); }
    u64 driver_features() const override { return driver_features_; }
    void used(unsigned index) override;

    using Bank = RegisterBank<VirtioTransport>;
    static const Bank& empty_registers();  ///< of a slot without a device
    static const Bank& legacy_registers();
    static const Bank& modern_registers();
    static Bank::Register version_register();
    static std::vector<Bank::Register> common_registers();

    u32 version() const { return legacy_ ? 1 : 2; }
    u32 id() const { return device_->id(); }
    u32 offered_half() const;
    void select_device_features(u32 value) { device_features_sel_ = value; }
    void select_driver_features(u32 value) { driver_features_sel_ = value; }
    void set_driver_features(u32 value);
    void select_queue(u32 value) { queue_sel_ = value; }
    u32 queue_size_limit() const { return has_queue() ? VirtioQueue::most : 0; }
    void set_queue_size(u32 value);
    void notify(u32 queue);
    void acknowledge(u32 value);
    void set_status(u32 value);
    u32 read_config(u32 offset, unsigned size) const;
    // Legacy: one contiguous area, placed by a page number.
    void set_page_size(u32 value) { page_size_ = value; }
    void set_queue_align(u32 value);
    u32 queue_page() const { return has_queue() ? pfn_[queue_sel_] : 0; }
    void place_queue(u32 page);
    // The standard's own: three areas.
    u32 is_queue_ready() const { return has_queue() && queues_[queue_sel_].ready; }
    void make_queue_ready(u32 value);
    template <u64 VirtioQueue::*area, bool high>
    void set_area(u32 value) {
        if (has_queue()) set_half(queues_[queue_sel_].*area, high, value);
    }
    static void set_half(u64& address, bool high, u32 value);

    u64 offered() const;
    bool has_queue() const { return queue_sel_ < device_->queues(); }
    void note_breakage();
    void reset();
    void drive() { interrupt.set(interrupt_status_ != 0); }

    Dma& dma_;
    bool legacy_;
    const Bank* registers_;
    std::unique_ptr<VirtioDevice> device_;

    std::array<VirtioQueue, most_queues> queues_;
    std::array<u32, most_queues> align_{}, pfn_{};  ///< legacy
    u32 page_size_ = 4096;                          ///< legacy
    u32 queue_sel_ = 0, device_features_sel_ = 0, driver_features_sel_ = 0;
    u64 driver_features_ = 0;
    u32 status_ = 0, interrupt_status_ = 0;
};

}  // namespace vtoll::core
