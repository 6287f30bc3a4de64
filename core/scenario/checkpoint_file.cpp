// SPDX-License-Identifier: Apache-2.0
#include "core/scenario/checkpoint_file.hpp"

#include <fmt/format.h>
#include <zstd.h>

#include <cstring>
#include <memory>
#include <new>
#include <nlohmann/json.hpp>
#include <system_error>

#include "core/base/sha256.hpp"

namespace vtoll::core {

namespace {

constexpr std::string_view magic = "vtollck\n";
constexpr std::size_t digest_size = 64;  ///< SHA-256 in hexadecimal
constexpr std::size_t fixed_size = magic.size() + 2 * sizeof(u32);
constexpr u64 largest_section = u64{1} << 30;  ///< unpacked: memory is saved in much smaller pieces

std::string compress(std::string_view bytes) {
    const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(), &ZSTD_freeCCtx);
    if (!context) throw std::bad_alloc();
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
    std::string frame(ZSTD_compressBound(bytes.size()), '\0');
    const std::size_t size = ZSTD_compress2(context.get(), frame.data(), frame.size(), bytes.data(), bytes.size());
    if (ZSTD_isError(size)) throw InputError(fmt::format("checkpoint: zstd: {}", ZSTD_getErrorName(size)));
    frame.resize(size);
    return frame;
}

u32 read_u32(const std::string& text, std::size_t at) {
    u32 value;
    std::memcpy(&value, text.data() + at, sizeof value);
    return value;
}

void append_u32(std::string& text, u32 value) { text.append(reinterpret_cast<const char*>(&value), sizeof value); }

}  // namespace

const FileKind checkpoint_kind{
    "a checkpoint", [](const std::filesystem::path& file) { return beginning_of(file, magic.size()) == magic; }};

void CheckpointWriter::add(const std::string& name, std::string_view bytes) {
    sections_.push_back({name, bytes.size(), compress(bytes)});
}

void CheckpointWriter::write(const CheckpointHead& head, const std::filesystem::path& path) const {
    nlohmann::ordered_json inputs = nlohmann::ordered_json::array(), sections = inputs;
    for (const auto& input : head.inputs) inputs.push_back({{"name", input.name}, {"sha256", input.sha256}});
    for (const auto& section : sections_)
        sections.push_back({{"name", section.name}, {"bytes", section.bytes}, {"stored", section.frame.size()}});
    const nlohmann::ordered_json json{
        {"tool_version", head.tool_version},
        {"tool_commit", head.tool_commit},
        {"asked", head.asked},
        {"scenario", head.scenario},
        {"point", head.point},
        {"timing", head.timing},
        {"instructions", head.instructions},
        {"ticks", head.ticks},
        {"nanoseconds", head.nanoseconds},
        {"inputs", inputs},
        {"sections", sections},
    };
    const std::string frame = compress(json.dump());
    std::string start(magic);
    append_u32(start, checkpoint_version);
    append_u32(start, static_cast<u32>(frame.size()));

    std::string contents = start + frame;
    for (const Section& section : sections_) contents += section.frame;
    put_file(path, path.string(), checkpoint_kind, contents + sha256(contents));
}

CheckpointFile::CheckpointFile(const std::filesystem::path& path, const std::string& name)
    : file_(read_input(path, name)) {
    const std::string& contents = file_.bytes;
    if (!contents.starts_with(magic)) refuse("is not a checkpoint; expected a file that vtoll run --save made");
    if (contents.size() < fixed_size + digest_size) refuse("is cut short in its head");
    const u32 version = read_u32(contents, magic.size());
    if (version != checkpoint_version)
        refuse(fmt::format("is a checkpoint of format {}; this program reads format {}: save it again", version,
                           checkpoint_version));
    try {
        read_head();
    } catch (const nlohmann::json::exception&) {
        refuse("has a head that this program doesn't understand: save it again");
    }
}

void CheckpointFile::read_head() {
    const std::string_view file = std::string_view(file_.bytes).substr(0, file_.bytes.size() - digest_size);
    const u64 head_size = read_u32(file_.bytes, magic.size() + sizeof(u32));
    if (head_size > file.size() - fixed_size) refuse("is cut short in its head");
    const std::string_view frame = file.substr(fixed_size, head_size);
    const auto size = ZSTD_getFrameContentSize(frame.data(), frame.size());
    const auto json = nlohmann::json::parse(unpack(Section{"head", size, frame}));
    head_ = {
        json.at("tool_version"), json.at("tool_commit"),  json.at("asked"), json.at("scenario"),    json.at("point"),
        json.at("timing"),       json.at("instructions"), json.at("ticks"), json.at("nanoseconds"), {}};
    for (const auto& input : json.at("inputs")) head_.inputs.push_back({input.at("name"), input.at("sha256")});
    u64 at = fixed_size + head_size;
    for (const auto& section : json.at("sections")) {
        const u64 stored = section.at("stored");
        if (stored > file.size() - at)
            refuse(fmt::format("is cut short: section '{}' ends behind the end of the file",
                               section.at("name").get<std::string>()));
        sections_.push_back({section.at("name"), section.at("bytes"), file.substr(at, stored)});
        at += stored;
    }
    if (at != file.size()) refuse(fmt::format("has {} bytes behind its last section", file.size() - at));
    if (sha256(file) != std::string_view(file_.bytes).substr(file.size()))
        refuse("is damaged in its contents: the checksum at its end is of other bytes");
}

std::string CheckpointFile::unpack(const std::string& name) const {
    for (const Section& section : sections_)
        if (section.name == name) return unpack(section);
    refuse("has no section '" + name + "': it was saved by a machine of another kind");
}

std::string CheckpointFile::unpack(const Section& section) const {
    const auto damaged = [&](const char* why) { refuse(fmt::format("is damaged in '{}': {}", section.name, why)); };
    if (section.bytes > largest_section ||
        ZSTD_getFrameContentSize(section.frame.data(), section.frame.size()) != section.bytes)
        damaged("it is of another size than the head says");
    std::string bytes(section.bytes, '\0');
    const std::size_t size = ZSTD_decompress(bytes.data(), bytes.size(), section.frame.data(), section.frame.size());
    if (ZSTD_isError(size)) damaged(ZSTD_getErrorName(size));
    if (size != section.bytes) damaged("it ends too early");
    return bytes;
}

void CheckpointFile::refuse(const std::string& what) const { throw InputError(file_.name + ": " + what); }

}  // namespace vtoll::core
