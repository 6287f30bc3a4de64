// SPDX-License-Identifier: Apache-2.0
#include "core/cli/support/run_folder.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "isa/types.hpp"

namespace vtoll::cli {

namespace fs = std::filesystem;

RunFolder::RunFolder(const std::string& keep) : path_(keep), kept_(!keep.empty()) {
    if (!kept_) {
        std::string name = (fs::temp_directory_path() / "vtoll-runs-XXXXXX").string();
        if (!mkdtemp(name.data())) throw InputError(name + ": no temporary folder can be made");
        path_ = name;
    }
    std::error_code error;
    fs::create_directories(path_, error);
    if (error) throw InputError("--keep " + keep + ": can't be made: " + error.message());
}

RunFolder::~RunFolder() {
    std::error_code ignored;
    if (!kept_) fs::remove_all(path_, ignored);
}

std::string reason(const Child& child) {
    std::string last;
    std::size_t begin = 0;
    while (begin < child.output.size()) {
        const std::size_t end = std::min(child.output.find('\n', begin), child.output.size());
        if (end > begin) last = child.output.substr(begin, end - begin);
        begin = end + 1;
    }
    if (last.starts_with("vtoll: ")) last.erase(0, 7);
    return fmt::format("run failed with exit code {}{}{}", child.status, last.empty() ? "" : ": ", last);
}

}  // namespace vtoll::cli
