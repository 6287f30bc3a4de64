// SPDX-License-Identifier: Apache-2.0
#include "core/debug/gdb/gdb_stub.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

#include "core/debug/gdb/hexadecimal.hpp"

namespace vtoll::core {

namespace {

constexpr int sigint = 2, sigtrap = 5;      // GDB's numbers
constexpr const char* bad_request = "E16";  ///< EINVAL
constexpr const char* bad_address = "E0e";  ///< EFAULT
constexpr std::size_t largest_packet = 0x4000;

}  // namespace

GdbStub::GdbStub(Control& control, GdbListener& listener, std::function<bool()> go_on)
    : control_(control),
      listener_(listener),
      go_on_(std::move(go_on)),
      registers_(control.cpu(0).state().features, control.cpu(0).state().sys.id),
      stopped_event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    control_.on_stop([this] { ::eventfd_write(stopped_event_.get(), 1); });
}

GdbStub::~GdbStub() { control_.on_stop({}); }

// --- waiting ---------------------------------------------------------------------------------------------------------

void GdbStub::serve() {
    for (;;) {
        wait_for_something();
        if (!go_on_()) control_.kill();
        if (control_.running()) continue;
        machine_stopped();
        while (!queue_.empty() && !control_.running()) {
            const std::string packet = std::move(queue_.front());
            queue_.pop_front();
            handle(packet);
        }
        if (!control_.running() && control_.stop().kind == Stop::Kind::ended) break;
    }
    machine_stopped();
    control_.wait();  // throws what the simulation threw
}

void GdbStub::wait_for_something() {
    const bool connected = connection_.open();
    std::array<pollfd, 2> ready{{{stopped_event_.get(), POLLIN, 0},
                                 {connected ? connection_.descriptor() : listener_.descriptor(), POLLIN, 0}}};
    if (::poll(ready.data(), ready.size(), queue_.empty() ? 200 : 0) <= 0) return;
    if (ready[0].revents) {
        eventfd_t ignored = 0;
        ::eventfd_read(stopped_event_.get(), &ignored);
    }
    if (!ready[1].revents) return;
    if (!connected) return connect();
    connection_.receive();
    while (auto packet = connection_.next()) {
        if (*packet == "\x03") control_.interrupt();
        else queue_.push_back(std::move(*packet));
    }
    if (!connection_.open() && queue_.empty()) lost();
}

void GdbStub::connect() {
    connection_ = GdbConnection(listener_.accept());
    owes_stop_ = false;
    if (control_.running()) control_.interrupt();
}

/// GDB went away without a word: the machine goes on as if it had said goodbye.
void GdbStub::lost() {
    if (control_.running()) control_.interrupt(), control_.wait();
    points_.clear();
    owes_stop_ = false;
    control_.detach();
}

void GdbStub::machine_stopped() {
    if (!owes_stop_ || control_.running()) return;
    owes_stop_ = false;
    selected_ = control_.stop().cpu;
    connection_.send(stop_reply());
}

void GdbStub::resume(const Until& until) {
    owes_stop_ = true;
    control_.resume(until);
}

// --- packets ---------------------------------------------------------------------------------------------------------

void GdbStub::handle(const std::string& packet) {
    const std::string reply = answer(packet);
    if (!owes_stop_ && connection_.open()) connection_.send(reply);
    if (packet == "QStartNoAckMode") connection_.stop_acknowledging();
    if (packet.starts_with("D")) {
        connection_.close();
        points_.clear();
        control_.detach();
    } else if (packet == "k" || packet.starts_with("vKill")) {
        connection_.close();
        control_.kill();
    } else if (!connection_.open() && queue_.empty()) {
        lost();
    }
}

std::string GdbStub::answer(const std::string& packet) {
    const std::string_view rest = std::string_view(packet).substr(packet.empty() ? 0 : 1);
    if (packet.starts_with("vCont;")) return continue_by(packet.substr(6));
    if (packet == "vCont?") return "vCont;c;C;s;S";
    if (packet.starts_with("vKill") || packet == "QStartNoAckMode") return "OK";
    switch (packet.empty() ? '\0' : packet[0]) {
    case '?': return stop_reply();
    case 'c': return continue_by("c");
    case 's': return continue_by("s");
    case 'D': return "OK";
    case 'g': return read_general();
    case 'p': return read_register(rest);
    case 'P': return write_register(rest);
    case 'm': return read_memory(rest);
    case 'M': return write_memory(rest, false);
    case 'X': return write_memory(rest, true);
    case 'H': return select_thread(rest);
    case 'T': return thread_alive(rest);
    case 'Z': return point(rest, true);
    case 'z': return point(rest, false);
    case 'q': return query(packet);
    default: return "";
    }
}

std::string GdbStub::stop_reply() const {
    const Stop& stop = control_.stop();
    if (stop.kind == Stop::Kind::ended) return fmt::format("W{:02x}", static_cast<u8>(stop.outcome.guest_code));
    std::string reason;
    const auto of_point = [&](unsigned number) {
        return std::find_if(points_.begin(), points_.end(), [&](const auto& p) { return p.second == number; });
    };
    const auto hit = of_point(stop.point);
    if (stop.kind == Stop::Kind::breakpoint && hit != points_.end() && knows_break_reasons_)
        reason = hit->first.type == '0' ? "swbreak:;" : "hwbreak:;";
    if (stop.kind == Stop::Kind::watchpoint && hit != points_.end()) {
        const char* const name = hit->first.type == '2' ? "watch" : hit->first.type == '3' ? "rwatch" : "awatch";
        reason = fmt::format("{}:{:x};", name, std::max(stop.detail.address, hit->first.address));
    }
    return fmt::format("T{:02x}thread:{:x};{}", stop.kind == Stop::Kind::asked ? sigint : sigtrap, stop.cpu + 1,
                       reason);
}

/// Every processor goes on in any case: those that aren't stepped run until the one that is has done its step.
std::string GdbStub::continue_by(std::string_view actions) {
    Until until;
    if (actions.empty()) return bad_request;
    while (!actions.empty()) {
        const std::string_view action = actions.substr(0, actions.find(';'));
        actions.remove_prefix(std::min(actions.size(), action.size() + 1));
        if (action.empty() || std::string_view("cCsS").find(action[0]) == std::string_view::npos) return bad_request;
        if ((action[0] != 's' && action[0] != 'S') || until.step_cpu) continue;
        until.step_cpu = selected_;
        if (const auto colon = action.find(':'); colon != std::string_view::npos) {
            const auto thread = hexadecimal(action.substr(colon + 1));
            if (!thread || *thread == 0 || *thread > control_.cpus()) return bad_request;
            until.step_cpu = static_cast<unsigned>(*thread - 1);
        }
    }
    if (control_.stop().kind == Stop::Kind::ended) return stop_reply();
    resume(until);
    return "";
}

std::string GdbStub::select_thread(std::string_view rest) {
    if (rest.empty()) return bad_request;
    const std::string_view id = rest.substr(1);
    if (id == "0" || id == "-1") return selected_ = control_.stop().cpu, "OK";
    const auto thread = hexadecimal(id);
    if (!thread || *thread == 0 || *thread > control_.cpus()) return bad_request;
    selected_ = static_cast<unsigned>(*thread - 1);
    return "OK";
}

std::string GdbStub::thread_alive(std::string_view rest) const {
    const auto thread = hexadecimal(rest);
    return thread && *thread >= 1 && *thread <= control_.cpus() ? "OK" : bad_request;
}

std::string GdbStub::query(const std::string& packet) {
    const auto after = [&](std::string_view prefix) { return std::string_view(packet).substr(prefix.size()); };
    if (packet.starts_with("qSupported")) {
        knows_break_reasons_ = packet.find("swbreak+") != std::string::npos;
        return fmt::format("PacketSize={:x};qXfer:features:read+;vContSupported+;QStartNoAckMode+;swbreak+;hwbreak+",
                           largest_packet);
    }
    if (constexpr std::string_view prefix = "qXfer:features:read:target.xml:"; packet.starts_with(prefix))
        return features(after(prefix));
    if (packet == "qAttached") return "1";
    if (packet == "qC") return fmt::format("QC{:x}", selected_ + 1);
    if (packet == "qfThreadInfo") {
        std::string list;
        for (unsigned i = 1; i <= control_.cpus(); ++i) list += fmt::format("{}{:x}", list.empty() ? 'm' : ',', i);
        return list;
    }
    if (packet == "qsThreadInfo") return "l";
    if (constexpr std::string_view prefix = "qThreadExtraInfo,"; packet.starts_with(prefix)) {
        const auto thread = hexadecimal(after(prefix));
        if (!thread || *thread == 0 || *thread > control_.cpus()) return bad_request;
        const unsigned cpu = static_cast<unsigned>(*thread - 1);
        return to_hexadecimal(
            fmt::format("processor {}, {} mode", cpu, isa::mode_name(control_.cpu(cpu).state().mode())));
    }
    if (constexpr std::string_view prefix = "qRcmd,"; packet.starts_with(prefix)) {
        const auto command = from_hexadecimal(after(prefix));
        return command ? to_hexadecimal(monitor(*command)) : bad_request;
    }
    return "";
}

std::string GdbStub::features(std::string_view rest) const {
    const auto comma = rest.find(',');
    const auto offset = hexadecimal(rest.substr(0, comma));
    const auto length = comma == std::string_view::npos ? std::nullopt : hexadecimal(rest.substr(comma + 1));
    if (!offset || !length) return bad_request;
    const std::string text = registers_.description();
    if (*offset >= text.size()) return "l";
    const std::string part = text.substr(*offset, std::min<u64>(*length, largest_packet / 2));
    return (*offset + part.size() < text.size() ? "m" : "l") + part;
}

// --- registers -------------------------------------------------------------------------------------------------------

namespace {

std::string register_bytes(const GdbRegister& reg, const isa::CpuState& s) {
    const u64 value = reg.read(s);
    std::string bytes;
    for (unsigned i = 0; i < reg.bits / 8; ++i) bytes += static_cast<char>(value >> (8 * i));
    return to_hexadecimal(bytes);
}

}  // namespace

std::string GdbStub::read_general() const {
    std::string all;
    for (std::size_t i = 0; i < registers_.general(); ++i)
        all += register_bytes(registers_.at(i), control_.cpu(selected_).state());
    return all;
}

std::string GdbStub::read_register(std::string_view rest) const {
    const auto number = hexadecimal(rest);
    if (!number || *number >= registers_.size()) return bad_request;
    return register_bytes(registers_.at(*number), control_.cpu(selected_).state());
}

std::string GdbStub::write_register(std::string_view rest) {
    const auto equals = rest.find('=');
    const auto number = hexadecimal(rest.substr(0, equals));
    const auto bytes = equals == std::string_view::npos ? std::nullopt : from_hexadecimal(rest.substr(equals + 1));
    if (!number || !bytes || *number >= registers_.size()) return bad_request;
    const GdbRegister& reg = registers_.at(*number);
    if (!reg.write || bytes->size() != reg.bits / 8) return bad_request;
    u64 value = 0;
    for (std::size_t i = 0; i < bytes->size(); ++i) value |= u64{static_cast<u8>((*bytes)[i])} << (8 * i);
    isa::CpuState& s = control_.cpu(selected_).state();
    if (!reg.write(s, value)) return bad_request;
    s.attention = true;  // an interrupt may be possible now
    control_.state_changed(selected_);
    return "OK";
}

// --- memory ----------------------------------------------------------------------------------------------------------

bool GdbStub::read(u64 address, void* bytes, std::size_t size) {
    if (physical_) return control_.read_physical(selected_, address, bytes, size);
    return control_.read(selected_, static_cast<u32>(address), bytes, size, level_);
}

/// As much of it as is there.
std::string GdbStub::read_memory(std::string_view rest) {
    const auto comma = rest.find(',');
    const auto address = hexadecimal(rest.substr(0, comma));
    const auto length = comma == std::string_view::npos ? std::nullopt : hexadecimal(rest.substr(comma + 1));
    if (!address || !length || *length > largest_packet / 2) return bad_request;
    std::string bytes(*length, '\0');
    std::size_t done = 0;
    while (done < bytes.size()) {
        const u64 at = *address + done;
        const std::size_t here = std::min<std::size_t>(bytes.size() - done, 0x1000 - (at & 0xfff));
        if (!read(at, bytes.data() + done, here)) break;
        done += here;
    }
    if (done == 0 && *length != 0) return bad_address;
    bytes.resize(done);
    return to_hexadecimal(bytes);
}

std::string GdbStub::write_memory(std::string_view rest, bool binary) {
    const auto comma = rest.find(','), colon = rest.find(':');
    if (comma == std::string_view::npos || colon == std::string_view::npos || comma > colon) return bad_request;
    const auto address = hexadecimal(rest.substr(0, comma));
    const auto length = hexadecimal(rest.substr(comma + 1, colon - comma - 1));
    const std::string_view data = rest.substr(colon + 1);
    const auto bytes = binary ? std::optional(std::string(data)) : from_hexadecimal(data);
    if (!address || !length || !bytes || bytes->size() != *length) return bad_request;
    if (bytes->empty()) return "OK";
    const bool done = physical_
                          ? control_.write_physical(*address, bytes->data(), bytes->size())
                          : control_.write(selected_, static_cast<u32>(*address), bytes->data(), bytes->size(), level_);
    return done ? "OK" : bad_address;
}

// --- break- and watchpoints ------------------------------------------------------------------------------------------

std::string GdbStub::point(std::string_view rest, bool insert) {
    const auto first = rest.find(','), second = rest.find(',', first + 1);
    if (first != 1 || second == std::string_view::npos) return bad_request;
    const auto address = hexadecimal(rest.substr(2, second - 2));
    const auto size = hexadecimal(rest.substr(second + 1, rest.find(';') - second - 1));
    const char type = rest[0];
    if (type < '0' || type > '4') return "";
    if (!address || !size || *address > 0xffff'ffff || *size == 0 || *size > 0xffff'ffff) return bad_request;
    const Point wanted{type, static_cast<u32>(*address), static_cast<u32>(*size)};
    const auto known = points_.find(wanted);
    if (!insert && known != points_.end()) {
        control_.remove(known->second);
        points_.erase(known);
    } else if (insert && known == points_.end()) {
        const bool reads = type == '3' || type == '4', writes = type == '2' || type == '4';
        points_[wanted] = reads || writes ? control_.add(Watchpoint{wanted.address, wanted.size, reads, writes, {}})
                                          : control_.add(Breakpoint{wanted.address, {}, {}});
    }
    return "OK";
}

// --- GDB's command `monitor`
// ---------------------------------------------------------------------------------------------

std::string GdbStub::monitor(std::string_view command) {
    constexpr const char* help =
        "monitor memory now|pl0|pl1|pl2|physical   whose addresses GDB's are: those in use, of a privilege level's\n"
        "                                          tables, or physical ones\n"
        "monitor catch MODE|none                   stand still at the vector of every exception taken to a mode:\n"
        "                                          svc, abt, und, irq, fiq, hyp\n"
        "monitor counts                            instructions and ticks so far\n";
    const auto space = command.find(' ');
    const std::string_view verb = command.substr(0, space);
    const std::string_view rest = space == std::string_view::npos ? "" : command.substr(space + 1);
    if (verb == "memory") {
        const auto level = rest == "pl0"   ? std::optional(isa::Privilege::pl0)
                           : rest == "pl1" ? std::optional(isa::Privilege::pl1)
                           : rest == "pl2" ? std::optional(isa::Privilege::pl2)
                                           : std::nullopt;
        if (!level && rest != "now" && rest != "physical")
            return fmt::format("no such addresses: '{}'\n{}", rest, help);
        if (level == isa::Privilege::pl2 && !control_.machine().config().virtualization)
            return "this machine has no PL2\n";
        level_ = level;
        physical_ = rest == "physical";
        return fmt::format("memory: {}\n", rest);
    }
    if (verb == "catch") return monitor_catch(rest);
    if (verb == "counts") {
        std::string text =
            fmt::format("{} instructions, {} ticks\n", control_.machine().instructions(), control_.machine().ticks());
        for (unsigned i = 0; i < control_.cpus() && control_.cpus() > 1; ++i)
            text += fmt::format("processor {}: {} instructions\n", i, control_.cpu(i).instructions());
        return text;
    }
    return verb == "help" ? help : fmt::format("no such command: '{}'\n{}", command, help);
}

std::string GdbStub::monitor_catch(std::string_view name) {
    using isa::Mode;
    if (name == "none") {
        control_.catch_exceptions({});
        return "catch: none\n";
    }
    for (const Mode mode : {Mode::svc, Mode::abt, Mode::und, Mode::irq, Mode::fiq, Mode::hyp})
        if (name == isa::mode_name(mode)) {
            control_.catch_exceptions([mode](unsigned, const isa::ExceptionTaken& e) { return e.to == mode; });
            return fmt::format("catch: {}\n", name);
        }
    return fmt::format("no such mode: '{}'; expected svc, abt, und, irq, fiq, hyp or none\n", name);
}

}  // namespace vtoll::core
