// SPDX-License-Identifier: Apache-2.0
#include "core/trace/format/codec.hpp"

#include "isa/state/modes.hpp"

namespace vtoll::core::trace {

namespace {

constexpr u32 most_insns = 48, most_bytes = 4 * most_insns;

// Flags in the upper half of a tag.
constexpr unsigned access_write = 1, access_value = 2, access_same_page = 4;
constexpr unsigned wide_index = 7;                 // of an access: the index is in a byte of its own
constexpr unsigned set_first = 1, set_second = 2;  // of records with one or two truths

isa::Mode mode_of(u64 v) {
    if (!isa::is_valid_mode(static_cast<u32>(v)) || v > 0x1f) throw Malformed{"no such processor mode"};
    return static_cast<isa::Mode>(v);
}

}  // namespace

// --- writing

void Encoder::clear() {
    out_.clear();
    memory_ = {};
    known_.clear();
    codes_ = 0;
}

u64 Encoder::define(const BlockKey& key, u32 insns, std::string_view bytes) {
    tag(Kind::code);
    out_.delta(s64{key.va} - s64{memory_.code});
    out_.number(key.pa);
    out_.number(key.context);
    out_.number(insns);
    out_.number(bytes.size());
    out_.text(bytes);
    memory_.code = key.va;
    known_[key] = {codes_, std::string(bytes)};
    return codes_++;
}

void Encoder::block(const BlockKey& key, u32 insns, std::string_view bytes) {
    const auto it = known_.find(key);
    const u64 id = it != known_.end() && it->second.bytes == bytes ? it->second.id : define(key, insns, bytes);
    tag(Kind::block);
    out_.delta(static_cast<s64>(id) - static_cast<s64>(memory_.last_code));
    memory_.last_code = id;
}

void Encoder::access(const Record& r) {
    const MemoryAccess& a = r.access;
    const bool has_page = a.kind != MemoryAccess::Kind::fault;
    const bool same_page = has_page && memory_.page(a.va) == a.pa >> 12;
    const bool wide = r.index >= wide_index;
    tag(Kind::access,
        (a.write ? access_write : 0) | (r.has_value ? access_value : 0) | (same_page ? access_same_page : 0));
    const unsigned size = a.size == 4 ? 2 : a.size == 2 ? 1 : 0;
    out_.byte(static_cast<unsigned>(a.kind) | size << 3 | (wide ? wide_index : r.index) << 5);
    if (wide) out_.byte(r.index);
    out_.delta(s64{a.va} - s64{memory_.data});
    if (has_page && !same_page) out_.number(memory_.page(a.va) = a.pa >> 12);
    if (r.has_value) out_.number(a.value);
    memory_.data = a.va;
}

void Encoder::add(const Record& r) {
    switch (r.kind) {
    case Kind::code:
    case Kind::block: break;  // block()
    case Kind::access: access(r); break;
    case Kind::register_:
    case Kind::psr:
        tag(r.kind);
        out_.byte(r.index);
        out_.number(r.value);
        break;
    case Kind::marker:
        tag(r.kind);
        out_.byte(r.index);
        out_.number(r.value);
        out_.number(r.at.insns);
        out_.number(r.at.ticks);
        break;
    case Kind::interrupted:
        tag(r.kind, r.completed ? set_first : 0);
        out_.byte(r.index);
        break;
    case Kind::exception:
        tag(r.kind);
        out_.byte(static_cast<unsigned>(r.exception.kind));
        out_.byte(static_cast<unsigned>(r.exception.from));
        out_.byte(static_cast<unsigned>(r.exception.to));
        out_.number(r.exception.vector);
        out_.number(r.exception.preferred_return);
        out_.number(r.value);
        break;
    case Kind::returned:
        tag(r.kind);
        out_.byte(static_cast<unsigned>(r.from));
        out_.number(r.va);
        out_.number(r.value);
        break;
    case Kind::called:
        tag(r.kind, r.call == TraceSink::Call::semihosting ? set_first : 0);
        out_.byte(r.index);
        break;
    case Kind::slept:
        tag(r.kind, r.for_event ? set_first : 0);
        out_.number(r.value);
        break;
    case Kind::table:
        tag(r.kind, r.size == 8 ? set_first : 0);
        out_.delta(static_cast<s64>(r.pa - memory_.table));
        out_.number(r.value);
        memory_.table = r.pa;
        break;
    case Kind::state:
        tag(r.kind);
        out_.number(r.va);
        out_.number(r.value);
        break;
    }
}

// --- reading

void Decoder::define() {
    auto code = std::make_unique<Code>();
    code->key.va = memory_.code += static_cast<u32>(in_.delta());
    code->key.pa = in_.number_to((u64{1} << 40) - 1, "physical address of code");
    code->key.context = static_cast<u32>(in_.number_to(0xfff, "context of code"));
    code->insns = static_cast<u32>(in_.number_to(most_insns, "length of a block"));
    const u64 size = in_.number_to(most_bytes, "length of a block");
    if (code->key.context >> 10 > 2) throw Malformed{"no such privilege level"};
    if (!code->insns || size < 2 * code->insns || size > 4 * code->insns)
        throw Malformed{"length of a block out of range"};
    code->bytes = in_.text(size);
    codes_.push_back(std::move(code));
}

u8 Decoder::index_in_block() {
    const u8 index = in_.byte();
    if (!running_ || index >= running_->insns) throw Malformed{"no such instruction in the block"};
    return index;
}

void Decoder::access(unsigned flags, Record& r) {
    const u8 b = in_.byte();
    if ((b & 7) > static_cast<unsigned>(MemoryAccess::Kind::preload_code) || (b >> 3 & 3) > 2)
        throw Malformed{"no such kind of access"};
    MemoryAccess& a = r.access;
    a.kind = static_cast<MemoryAccess::Kind>(b & 7);
    a.size = static_cast<u8>(1u << (b >> 3 & 3));
    a.write = flags & access_write;
    r.index = b >> 5 == wide_index ? in_.byte() : static_cast<u8>(b >> 5);
    if (!running_ || r.index >= running_->insns) throw Malformed{"no such instruction in the block"};
    a.va = memory_.data += static_cast<u32>(in_.delta());
    a.pa = 0;
    if (a.kind != MemoryAccess::Kind::fault) {
        if (!(flags & access_same_page)) memory_.page(a.va) = in_.number_to((u64{1} << 28) - 1, "physical page");
        a.pa = memory_.page(a.va) << 12 | (a.va & 0xfff);
    }
    r.has_value = flags & access_value;
    a.value = r.has_value ? in_.word("value of an access") : 0;
}

bool Decoder::next(Record& r) {
    for (;;) {
        if (in_.done()) return false;
        const u8 tag = in_.byte();
        const unsigned flags = tag >> 4;
        if ((tag & 15) < 1 || (tag & 15) > last_kind) throw Malformed{"no such kind of record"};
        r.kind = static_cast<Kind>(tag & 15);
        switch (r.kind) {
        case Kind::code: define(); continue;
        case Kind::block: {
            memory_.last_code += static_cast<u64>(in_.delta());
            if (memory_.last_code >= codes_.size()) throw Malformed{"a block that was not defined"};
            running_ = r.code = codes_[memory_.last_code].get();
            break;
        }
        case Kind::access: access(flags, r); break;
        case Kind::register_:
        case Kind::psr:
            r.index = index_in_block();
            r.value = in_.number();
            break;
        case Kind::marker:
            r.index = in_.byte();
            if (r.index != no_index && (!running_ || r.index >= running_->insns))
                throw Malformed{"no such instruction in the block"};
            r.value = in_.number_to(15, "marker");
            r.at = {in_.number(), in_.number()};
            break;
        case Kind::interrupted:
            r.completed = flags & set_first;
            r.index = index_in_block();
            break;
        case Kind::exception:
            if (const u8 kind = in_.byte(); kind > static_cast<u8>(isa::ExceptionKind::virtual_fiq))
                throw Malformed{"no such exception"};
            else r.exception.kind = static_cast<isa::ExceptionKind>(kind);
            r.exception.from = mode_of(in_.byte());
            r.exception.to = mode_of(in_.byte());
            r.exception.vector = in_.word("exception vector");
            r.exception.preferred_return = in_.word("return address");
            r.value = in_.word("immediate of a call");
            break;
        case Kind::returned:
            r.from = mode_of(in_.byte());
            r.va = in_.word("return address");
            r.value = in_.word("program status");
            mode_of(r.value & 0x1f);
            break;
        case Kind::called:
            r.call = flags & set_first ? TraceSink::Call::semihosting : TraceSink::Call::firmware;
            r.index = index_in_block();
            break;
        case Kind::slept:
            r.for_event = flags & set_first;
            r.value = in_.number_to(u64{1} << 48, "time asleep");
            break;
        case Kind::table:
            r.size = flags & set_first ? 8 : 4;
            r.pa = memory_.table += static_cast<u64>(in_.delta());
            if (r.pa % r.size || r.pa >> 40) throw Malformed{"no place for a descriptor"};
            r.value = in_.number();
            break;
        case Kind::state:
            r.va = in_.word("register");
            r.value = in_.number();
            break;
        }
        return true;
    }
}

}  // namespace vtoll::core::trace
