// SPDX-License-Identifier: Apache-2.0
// One debugger on a TCP socket of this host, and the packets of GDB's remote serial protocol on it ("Remote Protocol,
// Overview" in GDB's manual): $text#checksum, acknowledged by + or - until told otherwise.
#pragma once

#include <optional>
#include <string>

#include "isa/types.hpp"

namespace vtoll::core {

/// A file descriptor with an owner.
class Descriptor {
public:
    explicit Descriptor(int number = -1) : number_(number) {}
    ~Descriptor();
    Descriptor(Descriptor&& other) noexcept : number_(other.number_) { other.number_ = -1; }
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    int get() const { return number_; }
    explicit operator bool() const { return number_ >= 0; }

private:
    int number_;
};

/// Listens on the loopback interface only: whoever connects controls the machine. Port 0: one that is free.
class GdbListener {
public:
    explicit GdbListener(u16 port);  ///< throws InputError when it can't be had
    u16 port() const { return port_; }
    int descriptor() const { return socket_.get(); }
    Descriptor accept();

private:
    Descriptor socket_;
    u16 port_ = 0;
};

class GdbConnection {
public:
    explicit GdbConnection(Descriptor socket) : socket_(std::move(socket)) {}

    int descriptor() const { return socket_.get(); }
    bool open() const { return static_cast<bool>(socket_); }
    /// Takes in what has arrived, closing at its end. Only when descriptor() is readable.
    void receive();
    /// The next whole packet, without its frame; "\x03" is Ctrl-C. Nothing: not here yet.
    std::optional<std::string> next();
    void send(const std::string& text);
    void stop_acknowledging() { acknowledge_ = false; }
    void close() { socket_ = Descriptor(); }

private:
    void send_raw(const std::string& bytes);

    Descriptor socket_;
    std::string arrived_, last_sent_;
    bool acknowledge_ = true;
};

}  // namespace vtoll::core
