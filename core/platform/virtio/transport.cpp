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

}  // namespace

// VIRTIO 1.1 §4.2.2, table 4.1, and §4.2.4, table 4.3. Registers are read and written as words; what a slot without a
// device has answers to any size. ConfigGeneration is 0: the configuration never changes.

VirtioTransport::Bank::Register VirtioTransport::version_register() {
    return Bank::read_only<&VirtioTransport::version>("Version", 0x004).sized(access_size::each);
}

const VirtioTransport::Bank& VirtioTransport::empty_registers() {
    static const Bank bank{
        Bank::constant("MagicValue", 0x000, magic).sized(access_size::each),
        version_register(),
        Bank::constant("VendorID", 0x00c, vendor).sized(access_size::each),
    };
    return bank;
}

std::vector<VirtioTransport::Bank::Register> VirtioTransport::common_registers() {
    using T = VirtioTransport;
    using namespace access_size;
    return {
        Bank::read_only<&T::id>("DeviceID", 0x008).sized(word),
        Bank::read_only<&T::offered_half>("DeviceFeatures", 0x010).sized(word),
        Bank::write_only<&T::select_device_features>("DeviceFeaturesSel", 0x014).sized(word),
        Bank::write_only<&T::set_driver_features>("DriverFeatures", 0x020).sized(word),
        Bank::write_only<&T::select_driver_features>("DriverFeaturesSel", 0x024).sized(word),
        Bank::write_only<&T::select_queue>("QueueSel", 0x030).sized(word),
        Bank::read_only<&T::queue_size_limit>("QueueNumMax", 0x034).sized(word),
        Bank::write_only<&T::set_queue_size>("QueueNum", 0x038).sized(word),
        Bank::write_only<&T::notify>("QueueNotify", 0x050).sized(word),
        Bank::read_only<&T::interrupt_status_>("InterruptStatus", 0x060).sized(word),
        Bank::write_only<&T::acknowledge>("InterruptACK", 0x064).sized(word),
        Bank::read_only<&T::status_>("Status", 0x070).written<&T::set_status>().sized(word),
    };
}

const VirtioTransport::Bank& VirtioTransport::legacy_registers() {
    using T = VirtioTransport;
    using namespace access_size;
    static const Bank bank(
        empty_registers(), common_registers(),
        {
            Bank::write_only<&T::set_page_size>("GuestPageSize", 0x028).sized(word),
            Bank::write_only<&T::set_queue_align>("QueueAlign", 0x03c).sized(word),
            Bank::read_only<&T::queue_page>("QueuePFN", 0x040).written<&T::place_queue>().sized(word),
        });
    return bank;
}

const VirtioTransport::Bank& VirtioTransport::modern_registers() {
    using T = VirtioTransport;
    using Q = VirtioQueue;
    using namespace access_size;
    static const Bank bank(
        empty_registers(), common_registers(),
        {
            Bank::read_only<&T::is_queue_ready>("QueueReady", 0x044).written<&T::make_queue_ready>().sized(word),
            Bank::write_only<&T::set_area<&Q::descriptors, false>>("QueueDescLow", 0x080).sized(word),
            Bank::write_only<&T::set_area<&Q::descriptors, true>>("QueueDescHigh", 0x084).sized(word),
            Bank::write_only<&T::set_area<&Q::available, false>>("QueueDriverLow", 0x090).sized(word),
            Bank::write_only<&T::set_area<&Q::available, true>>("QueueDriverHigh", 0x094).sized(word),
            Bank::write_only<&T::set_area<&Q::used, false>>("QueueDeviceLow", 0x0a0).sized(word),
            Bank::write_only<&T::set_area<&Q::used, true>>("QueueDeviceHigh", 0x0a4).sized(word),
        });
    return bank;
}

void VirtioTransport::set_half(u64& address, bool high, u32 value) {
    address = high ? (address & 0xffff'ffff) | u64{value} << 32 : (address & ~u64{0xffff'ffff}) | value;
}

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

BusResult VirtioTransport::read(const Access& access, u32& value) {
    if (device_ && access.offset >= config_space) value = read_config(access.offset - config_space, access.size);
    else registers_->read(*this, access, value);
    return BusResult::ok;
}

BusResult VirtioTransport::write(const Access& access, u32 value) {
    registers_->write(*this, access, value);  // no device here has anything to configure
    return BusResult::ok;
}

u32 VirtioTransport::offered_half() const {
    return device_features_sel_ > 1 ? 0 : static_cast<u32>(offered() >> (32 * device_features_sel_));
}

void VirtioTransport::set_driver_features(u32 value) {
    if (driver_features_sel_ > 1 || (legacy_ && driver_features_sel_ == 1)) return;
    set_half(driver_features_, driver_features_sel_ == 1, value);
    driver_features_ &= offered();
}

void VirtioTransport::set_queue_size(u32 value) {
    if (has_queue() && value != 0 && value <= VirtioQueue::most) queues_[queue_sel_].size = value;
}

void VirtioTransport::notify(u32 queue) {
    if (queue >= device_->queues()) return;
    device_->notified(queue);
    note_breakage();
}

void VirtioTransport::acknowledge(u32 value) {
    interrupt_status_ &= ~value;
    drive();
}

void VirtioTransport::set_status(u32 value) {
    status_ = value & 0xff;
    if (status_ == 0) reset();
}

void VirtioTransport::set_queue_align(u32 value) {
    if (has_queue()) align_[queue_sel_] = value;
}

/// §4.2.4: the used ring begins at the next multiple of QueueAlign.
void VirtioTransport::place_queue(u32 page) {
    if (!has_queue()) return;
    VirtioQueue& queue = queues_[queue_sel_];
    const u32 size = queue.size, align = std::max<u32>(align_[queue_sel_], 1);
    queue.reset();
    queue.size = size;
    pfn_[queue_sel_] = page;
    queue.ready = page != 0;
    queue.descriptors = u64{page} * page_size_;
    queue.available = queue.descriptors + 16 * u64{size};
    queue.used = (queue.available + 6 + 2 * u64{size} + align - 1) / align * align;
}

void VirtioTransport::make_queue_ready(u32 value) {
    if (!has_queue()) return;
    if (value & 1) queues_[queue_sel_].ready = true;
    else queues_[queue_sel_].reset();
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
