// SPDX-License-Identifier: Apache-2.0
// The registers of a device as a table: name, offset, access, reset. Where the bits are, or what a read and a write do,
// is a member of the device. After Access and Register in vcml: rights and actions stand with the register.
//
//     const RegisterBank<Lamp>& Lamp::registers() {
//         using R = RegisterBank<Lamp>;
//         static const R bank{R::read_write<&Lamp::level_, &Lamp::shine>("LEVEL", 0x00, 0xff, 0x20),
//                             R::read_only<&Lamp::hours>("HOURS", 0x04)};
//         return bank;
//     }
#pragma once

#include <functional>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "core/platform/device.hpp"

namespace vtoll::core {

/// Sizes of access that a register answers to at its own offset, as a sum; any: at each byte of its word.
namespace access_size {
inline constexpr u8 any = 0, byte = 1, half_word = 2, word = 4;
inline constexpr u8 each = byte | half_word | word;
}  // namespace access_size

template <class D>
class RegisterBank {
public:
    struct Register {
        const char* name = "reserved";
        u32 offset = 0;
        u32 words = 1;                                              ///< an array of so many
        u32 (*read)(D&, const Register&, const Access&) = nullptr;  ///< nullptr: write-only
        void (*write)(D&, const Register&, const Access&, u32) = nullptr;
        u32 D::*value = nullptr;  ///< where a reset goes
        bool is_plain = false;    ///< a read gives `value` as it is: that is all `read` would do
        u32 writable = 0;         ///< bits of `value` that a write changes
        u32 reset = 0;            ///< of `value`; of a constant, what is read
        u8 read_sizes = access_size::any, write_sizes = access_size::any;

        Register sized(u8 read, u8 write) const {
            Register same = *this;
            same.read_sizes = read;
            same.write_sizes = write;
            return same;
        }
        Register sized(u8 both) const { return sized(both, both); }
        /// A write does this.
        template <auto action>
        Register written() const {
            Register same = *this;
            same.write = write_only<action>(name, offset).write;
            return same;
        }
        Register array(u32 count) const {
            Register same = *this;
            same.words = count;
            return same;
        }
    };

    /// `what`: a member with the bits, or a function of the device, of (const Access&) or of nothing.
    template <auto what>
    static Register read_only(const char* name, u32 offset, u32 reset = 0) {
        Register r{name, offset};
        r.read = [](D& device, const Register&, const Access& access) -> u32 { return ask<what>(device, access); };
        if constexpr (is_value<what>) r.value = what, r.reset = reset, r.is_plain = true;
        return r;
    }
    /// `action`: of (const Access&, u32) or of (u32).
    template <auto action>
    static Register write_only(const char* name, u32 offset) {
        Register r{name, offset};
        r.write = [](D& device, const Register&, const Access& access, u32 value) {
            tell<action>(device, access, value);
        };
        return r;
    }
    /// `value`: the member with the bits, of which `writable` can be written; `after`: what follows a write.
    template <auto value, auto after = nullptr>
    requires std::is_member_object_pointer_v<decltype(value)>
    static Register read_write(const char* name, u32 offset, u32 writable, u32 reset = 0) {
        Register r = read_only<value>(name, offset, reset);
        r.writable = writable;
        r.write = [](D& device, const Register& self, const Access& access, u32 bits) {
            u32& old = device.*value;
            old = (old & ~self.writable) | (bits & self.writable);
            if constexpr (!std::is_null_pointer_v<decltype(after)>) tell<after>(device, access, bits);
        };
        return r;
    }
    static Register constant(const char* name, u32 offset, u32 value) {
        Register r{name, offset};
        r.reset = value;
        r.read = [](D&, const Register& self, const Access&) { return self.reset; };
        return r;
    }

    /// `identification`: words of constants from `first` on, such as PeriphID0..3 and PCellID0..3 of a PrimeCell.
    RegisterBank(std::initializer_list<Register> registers, u32 first = 0,
                 std::initializer_list<u32> identification = {})
        : registers_{Register{}} {
        add(registers);
        for (u32 value : identification) {
            registers_.push_back(constant("identification", first, value));
            first += 4;
        }
        fill_index();
    }
    /// Those of `base` and further ones.
    RegisterBank(const RegisterBank& base, const std::vector<Register>& some, const std::vector<Register>& more)
        : registers_(base.registers_) {
        add(some);
        add(more);
        fill_index();
    }

    RegisterBank(const RegisterBank&) = delete;
    RegisterBank& operator=(const RegisterBank&) = delete;

    void reset(D& device) const {
        for (const Register& r : registers_)
            if (r.value) device.*r.value = r.reset;
    }

    /// False, and `value` is 0, where no register answers to the access.
    bool read(D& device, const Access& access, u32& value) const {
        const Register& r = at(access.offset);
        value = 0;
        if (!r.read || !takes(r, r.read_sizes, access)) return false;
        value = r.is_plain ? device.*r.value : r.read(device, r, access);
        return true;
    }
    /// False, and nothing happened, where no register answers to the access. A debugger's write is answered, no more.
    bool write(D& device, const Access& access, u32 value) const {
        const Register& r = at(access.offset);
        if (!r.write || !takes(r, r.write_sizes, access)) return false;
        if (!access.debug) r.write(device, r, access, value);
        return true;
    }

private:
    template <class List>
    void add(const List& list) {
        registers_.insert(registers_.end(), list.begin(), list.end());
    }
    void fill_index() {
        const Register* reserved = &registers_.front();
        for (std::size_t i = 1; i < registers_.size(); ++i) {
            const Register& r = registers_[i];
            if (by_word_.size() < r.offset / 4 + r.words) by_word_.resize(r.offset / 4 + r.words, reserved);
            for (u32 w = 0; w < r.words; ++w) {
                const Register*& place = by_word_[r.offset / 4 + w];
                if (place != reserved) throw std::logic_error(std::string(r.name) + ": another register is there");
                place = &r;
            }
        }
    }

    template <auto what>
    static constexpr bool is_value = std::is_member_object_pointer_v<decltype(what)>;

    template <auto what>
    static u32 ask(D& device, const Access& access) {
        if constexpr (is_value<what>) return device.*what;
        else if constexpr (std::is_invocable_v<decltype(what), D&, const Access&>) return (device.*what)(access);
        else return (device.*what)();
    }
    template <auto action>
    static void tell(D& device, const Access& access, u32 value) {
        if constexpr (std::is_invocable_v<decltype(action), D&, const Access&, u32>) (device.*action)(access, value);
        else if constexpr (std::is_invocable_v<decltype(action), D&, u32>) (device.*action)(value);
        else (device.*action)();
    }
    static bool takes(const Register& r, u8 sizes, const Access& access) {
        return sizes == access_size::any || (access.offset == r.offset && (sizes & access.size));
    }
    const Register& at(u32 offset) const {
        const u32 index = offset / 4;
        return index < by_word_.size() ? *by_word_[index] : registers_.front();
    }

    std::vector<Register> registers_;       ///< the first stands for what is reserved
    std::vector<const Register*> by_word_;  ///< of the window
};

}  // namespace vtoll::core
