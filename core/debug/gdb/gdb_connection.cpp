// SPDX-License-Identifier: Apache-2.0
#include "core/debug/gdb/gdb_connection.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>

namespace vtoll::core {

namespace {

u8 checksum(std::string_view text) {
    u8 sum = 0;
    for (const char c : text) sum = static_cast<u8>(sum + static_cast<u8>(c));
    return sum;
}

/// "}" makes the next byte stand for itself with bit 5 inverted; "*" would be a repetition.
std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        const bool special = c == '#' || c == '$' || c == '}' || c == '*';
        if (special) out += '}';
        out += special ? static_cast<char>(c ^ 0x20) : c;
    }
    return out;
}

std::string unescaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool special = text[i] == '}' && i + 1 < text.size();
        out += special ? static_cast<char>(text[++i] ^ 0x20) : text[i];
    }
    return out;
}

}  // namespace

Descriptor::~Descriptor() {
    if (number_ >= 0) ::close(number_);
}

GdbListener::GdbListener(u16 port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int on = 1;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (!socket_ || ::setsockopt(socket_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        ::bind(socket_.get(), generic, size) != 0 || ::listen(socket_.get(), 1) != 0 ||
        ::getsockname(socket_.get(), generic, &size) != 0)
        throw InputError(
            fmt::format("--gdb {}: can't listen on this port of 127.0.0.1: {}; expected a free one, or 0 for any", port,
                        std::strerror(errno)));
    port_ = ntohs(address.sin_port);
}

Descriptor GdbListener::accept() {
    Descriptor client(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    const int on = 1;
    if (client) ::setsockopt(client.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return client;
}

void GdbConnection::receive() {
    char bytes[4096];
    const ssize_t n = ::recv(socket_.get(), bytes, sizeof bytes, 0);
    if (n > 0) arrived_.append(bytes, static_cast<std::size_t>(n));
    else if (n == 0 || errno != EINTR) close();
}

std::optional<std::string> GdbConnection::next() {
    for (;;) {
        // Between packets: acknowledgements, Ctrl-C, and noise that the protocol says to ignore.
        const std::size_t start = arrived_.find_first_of("$-\x03");
        if (start == std::string::npos) {
            arrived_.clear();
            return {};
        }
        arrived_.erase(0, start);
        if (arrived_[0] == '\x03') return arrived_.erase(0, 1), "\x03";
        if (arrived_[0] == '-') {
            arrived_.erase(0, 1);
            send_raw(last_sent_);
            continue;
        }
        const std::size_t end = arrived_.find('#');
        if (end == std::string::npos || arrived_.size() < end + 3) return {};
        const std::string body = arrived_.substr(1, end - 1);
        const char* const digits = arrived_.data() + end + 1;
        u8 expected = 0;
        const auto parsed = std::from_chars(digits, digits + 2, expected, 16);
        const bool intact = parsed.ptr == digits + 2 && expected == checksum(body);
        arrived_.erase(0, end + 3);
        if (acknowledge_) send_raw(intact ? "+" : "-");
        if (intact || !acknowledge_) return unescaped(body);
    }
}

void GdbConnection::send(const std::string& text) {
    const std::string body = escaped(text);
    last_sent_ = fmt::format("${}#{:02x}", body, checksum(body));
    send_raw(last_sent_);
}

void GdbConnection::send_raw(const std::string& bytes) {
    for (std::size_t done = 0; open() && done < bytes.size();) {
        const ssize_t n = ::send(socket_.get(), bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
        if (n > 0) done += static_cast<std::size_t>(n);
        else if (errno != EINTR) close();
    }
}

}  // namespace vtoll::core
