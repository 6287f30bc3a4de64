// SPDX-License-Identifier: Apache-2.0
#include "core/platform/virtio/transport.hpp"

#include <algorithm>
#include <cstring>

namespace vtoll::core {

namespace {

constexpr u32 magic = 0x7472'6976;   // "virt"
constexpr u32 vendor = 0x554d'4551;  // "QEMU"
constexpr u64 feature_indirect_desc = u64{1} << 28;
constexpr u32 interrupt_used_buffer = 1, interrupt_configuration = 2;
constexpr u32 status_needs_reset = 0x40;

void set_half(u64& address, bool high, u32 value) {
    address = high ? (address & 0xffff'ffff) | u64{value} << 32 : (address & ~u64{0xffff'ffff}) | value;
}

}  // namespace

u64 VirtioTransport::offered() const {
    return device_->features() | feature_indirect_desc | (legacy_ ? 0 : virtio_version_1);
}

u32 VirtioTransport::read_config(u32 offset, unsigned size) const {
    const std::string bytes = device_->config();
    u32 value = size == 4 ? 0xffff'ffff : (1u << (8 * size)) - 1;  // beyond its end
    if (offset + size <= bytes.size()) {
        value = 0;
        std::memcpy(&value, bytes.data() + offset, size);
    }
    return value;
}

u32 VirtioTransport::read_register(u32 offset) const {
    switch (offset) {
    case device_id: return device_->id();
    case device_features:
        return device_features_sel_ > 1 ? 0 : static_cast<u32>(offered() >> (32 * device_features_sel_));
    case queue_num_max: return has_queue() ? VirtioQueue::most : 0;
    case queue_pfn: return legacy_ && has_queue() ? pfn_[queue_sel_] : 0;
    case queue_ready: return !legacy_ && has_queue() && queues_[queue_sel_].ready;
    case interrupt_status: return interrupt_status_;
    case status: return status_;
    default: return 0;  // ConfigGeneration among them: the configuration never changes
    }
}

BusResult VirtioTransport::read(const Access& access, u32& value) {
    value = 0;
    if (access.offset == magic_value) value = magic;
    else if (access.offset == version) value = legacy_ ? 1 : 2;
    else if (access.offset == vendor_id) value = vendor;
    else if (!device_) return BusResult::ok;
    else if (access.offset >= config_space) value = read_config(access.offset - config_space, access.size);
    else if (access.size == 4) value = read_register(access.offset);
    return BusResult::ok;
}

BusResult VirtioTransport::write(const Access& access, u32 value) {
    // No device here has anything to configure.
    if (access.debug || !device_ || access.offset >= config_space || access.size != 4) return BusResult::ok;
    write_register(access.offset, value);
    return BusResult::ok;
}

void VirtioTransport::write_register(u32 offset, u32 value) {
    switch (offset) {
    case device_features_sel: device_features_sel_ = value; break;
    case driver_features_sel: driver_features_sel_ = value; break;
    case driver_features_reg:
        if (driver_features_sel_ > 1 || (legacy_ && driver_features_sel_ == 1)) break;
        set_half(driver_features_, driver_features_sel_ == 1, value);
        driver_features_ &= offered();
        break;
    case queue_sel: queue_sel_ = value; break;
    case queue_num:
        if (has_queue() && value != 0 && value <= VirtioQueue::most) queues_[queue_sel_].size = value;
        break;
    case queue_notify:
        if (value >= device_->queues()) break;
        device_->notified(value);
        note_breakage();
        break;
    case interrupt_ack:
        interrupt_status_ &= ~value;
        drive();
        break;
    case status:
        status_ = value & 0xff;
        if (status_ == 0) reset();
        break;
    default: legacy_ ? write_legacy(offset, value) : write_modern(offset, value); break;
    }
}

/// §4.2.4: one contiguous area, placed by a page number; the used ring begins at the next multiple of QueueAlign.
void VirtioTransport::write_legacy(u32 offset, u32 value) {
    if (offset == guest_page_size) page_size_ = value;
    if (!has_queue()) return;
    VirtioQueue& queue = queues_[queue_sel_];
    if (offset == queue_align) align_[queue_sel_] = value;
    if (offset != queue_pfn) return;
    const u32 size = queue.size, align = std::max<u32>(align_[queue_sel_], 1);
    queue.reset();
    queue.size = size;
    pfn_[queue_sel_] = value;
    queue.ready = value != 0;
    queue.descriptors = u64{value} * page_size_;
    queue.available = queue.descriptors + 16 * u64{size};
    queue.used = (queue.available + 6 + 2 * u64{size} + align - 1) / align * align;
}

void VirtioTransport::write_modern(u32 offset, u32 value) {
    if (!has_queue()) return;
    VirtioQueue& queue = queues_[queue_sel_];
    switch (offset) {
    case queue_desc_low:
    case queue_desc_high: set_half(queue.descriptors, offset & 4, value); break;
    case queue_driver_low:
    case queue_driver_high: set_half(queue.available, offset & 4, value); break;
    case queue_device_low:
    case queue_device_high: set_half(queue.used, offset & 4, value); break;
    case queue_ready:
        if (value & 1) queue.ready = true;
        else queue.reset();
        break;
    default: break;
    }
}

void VirtioTransport::used(unsigned index) {
    if (!queues_[index].wants_interrupt(dma_)) return;
    interrupt_status_ |= interrupt_used_buffer;
    drive();
}

/// §2.1.2: a device that can't go on asks to be reset.
void VirtioTransport::note_breakage() {
    const bool broken = std::any_of(queues_.begin(), queues_.end(), [](const VirtioQueue& q) { return q.broken; });
    if (!broken || status_ & status_needs_reset) return;
    status_ |= status_needs_reset;
    if (!legacy_) interrupt_status_ |= interrupt_configuration;
    drive();
}

void VirtioTransport::reset() {
    for (VirtioQueue& queue : queues_) queue.reset();
    align_.fill(0);
    pfn_.fill(0);
    page_size_ = 4096;
    queue_sel_ = device_features_sel_ = driver_features_sel_ = 0;
    driver_features_ = 0;
    interrupt_status_ = 0;
    device_->reset();
    drive();
}

void VirtioTransport::serialize(Archive& ar) {
    ar(interrupt, queues_, align_, pfn_, page_size_, queue_sel_, device_features_sel_, driver_features_sel_);
    ar(driver_features_, status_, interrupt_status_);
    if (device_) device_->serialize(ar);
}

}  // namespace vtoll::core
