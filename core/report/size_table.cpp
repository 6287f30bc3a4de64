// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "core/base/input_file.hpp"
#include "core/base/profile_path.hpp"
#include "core/report/further_tables.hpp"

namespace vtoll::core {

namespace {

struct FolderCount {
    u64 files = 0, lines = 0;
};

FolderCount count_folder(const std::filesystem::path& folder) {
    std::error_code error;
    FolderCount out;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
        const std::string extension = entry.path().extension().string();
        if (extension != ".c" && extension != ".h" && extension != ".S") continue;
        out.lines += code_lines(read_input(entry.path(), entry.path().filename().string()).bytes, extension == ".S");
        ++out.files;
    }
    if (out.files == 0)
        throw InputError(
            fmt::format("{}: no source files; the size is counted in vtoll's source tree", folder.filename().string()));
    return out;
}

}  // namespace

u64 code_lines(const std::string& text, bool assembly) {
    enum class In { code, line_comment, comment, string, character };
    In in = In::code;
    bool code = false;
    u64 lines = 0;
    const auto end_line = [&] {
        lines += code;
        code = false;
        if (in != In::comment) in = In::code;
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i], next = i + 1 < text.size() ? text[i + 1] : '\0';
        if (c == '\n') {
            end_line();
            continue;
        }
        if (in == In::comment) {
            if (c == '*' && next == '/') in = In::code, ++i;
        } else if (in == In::string || in == In::character) {
            if (c == '\\') ++i;
            else if (c == (in == In::string ? '"' : '\'')) in = In::code;
        } else if (in == In::code) {
            if (c == '/' && next == '*') in = In::comment, ++i;
            else if ((c == '/' && next == '/') || (assembly && c == '@')) in = In::line_comment;
            else if (c != ' ' && c != '\t' && c != '\r') {
                code = true;
                if (c == '"') in = In::string;
                else if (c == '\'' && !assembly) in = In::character;
            }
        }
    }
    end_line();
    return lines;
}

PlainTable size_table(const SizeTable& table, const PublishedTable& published, const std::filesystem::path& sources) {
    PlainTable out;
    out.name = table.name;
    out.title = table.title;
    out.after = {table.citation, table.note};
    out.columns = {{"hypervisor", "hypervisor"},
                   {"isa", "isa"},
                   {"type", "type"},
                   {"kernel_kloc", "kLOC\nkernel"},
                   {"user_kloc", "kLOC\nuser"},
                   {"lines", "counted\nlines"},
                   {"files", "counted\nfiles"}};
    for (const std::string& row : published.rows())
        out.rows.push_back({row, published.field(row, "isa"), published.field(row, "type"),
                            std::stod(published.field(row, "kernel_kloc")),
                            std::stod(published.field(row, "user_kloc")), Cell(), Cell()});
    for (const SizeTable::Row& row : table.rows) {
        FolderCount all;
        std::istringstream folders(row.folders);
        for (std::string folder; folders >> folder;) {
            const FolderCount one = count_folder(sources / folder);
            all.files += one.files;
            all.lines += one.lines;
        }
        out.rows.push_back({row.label, std::string("ARMv7"), row.about, static_cast<double>(all.lines) / 1000, 0.0,
                            static_cast<double>(all.lines), static_cast<double>(all.files)});
    }
    return out;
}

PlainTable fill(const SizeTable& table, const Runs&) {
    return size_table(table, load_published(table.published), data_directory());
}

}  // namespace vtoll::core
