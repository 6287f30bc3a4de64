// SPDX-License-Identifier: Apache-2.0
// Everything that has state has one function `serialize(Archive&)` that names it: the same function saves it and brings
// it back. docs/checkpoints.md says what a device has to do.
#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstring>
#include <deque>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "isa/types.hpp"

namespace vtoll::core {

class Archive {
public:
    /// Saves: what is named is appended, take() has it all.
    Archive() = default;
    /// Restores from `bytes`, which outlive the archive. `name` is what messages call them.
    Archive(std::string_view bytes, std::string name) : restoring_(true), left_(bytes), name_(std::move(name)) {}

    bool restoring() const { return restoring_; }

    /// Integers, bools, enumerations, text, arrays, vectors, pairs, and classes with `serialize`, in this order.
    template <class... Values>
    void operator()(Values&... values) {
        (one(values), ...);
    }

    /// A structure of integers without padding, as it lies in memory: no field can be forgotten.
    template <class T>
    void plain(T& value) {
        static_assert(std::is_trivially_copyable_v<T> && std::has_unique_object_representations_v<T>,
                      "padding has no defined value: fill it with a named field");
        bytes(&value, sizeof value);
    }

    std::string take() { return std::move(saved_); }
    /// After restoring: nothing may be left, or the other side had something else to save.
    void finish() const {
        if (!left_.empty()) refuse("has bytes left over");
    }
    [[noreturn]] void refuse(const std::string& what) const {
        throw InputError(name_ + ": " + what + "; expected the state of this version of vtoll");
    }

private:
    static_assert(std::endian::native == std::endian::little, "values are saved as they lie in memory");

    void bytes(void* value, std::size_t size) {
        if (!restoring_) {
            saved_.append(static_cast<const char*>(value), size);
            return;
        }
        if (size > left_.size()) refuse("ends too early");
        std::memcpy(value, left_.data(), size);
        left_.remove_prefix(size);
    }

    template <class T>
    requires std::is_integral_v<T> || std::is_enum_v<T>
    void one(T& value) { bytes(&value, sizeof value); }
    void one(bool& value) {
        u8 byte = value;
        one(byte);
        value = byte != 0;
    }
    template <class T, std::size_t n>
    void one(std::array<T, n>& values) {
        for (T& value : values) one(value);
    }
    template <class A, class B>
    void one(std::pair<A, B>& pair) {
        one(pair.first);
        one(pair.second);
    }
    void one(std::string& text) { sequence(text); }
    template <class T>
    void one(std::vector<T>& values) {
        sequence(values);
    }
    template <class T>
    void one(std::deque<T>& values) {
        sequence(values);
    }
    template <class T>
    requires requires(T& value, Archive& archive) { value.serialize(archive); }
    void one(T& value) { value.serialize(*this); }

    template <class Sequence>
    void sequence(Sequence& values) {
        u64 count = values.size();
        one(count);
        // An element takes a byte at least: a count beyond the end is caught before memory is asked for.
        if (restoring_ && count > left_.size()) refuse("ends too early");
        values.resize(count);
        if constexpr (std::same_as<Sequence, std::string>) bytes(values.data(), count);
        else
            for (auto& value : values) one(value);
    }

    bool restoring_ = false;
    std::string saved_;
    std::string_view left_;
    std::string name_;
};

}  // namespace vtoll::core
