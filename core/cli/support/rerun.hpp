// SPDX-License-Identifier: Apache-2.0
// A finished run, run again from its run directory: the same inputs, and at the end the same books, or a complaint. Who
// wants to know more of a run than its books keep listens to it then (docs/results.md).
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "core/ledger/store/run_record.hpp"
#include "core/scenario/books.hpp"
#include "core/scenario/manifest.hpp"
#include "core/scenario/simulation.hpp"

namespace vtoll::cli {

class Rerun {
public:
    /// A run directory, or the name of one in runs/. Throws InputError: no such run, one that can't be run again, an
    /// input that is another than it was.
    explicit Rerun(const std::string& run);
    /// `kept`: its books, when they have been read.
    Rerun(const std::string& run, core::RunRecord kept);
    ~Rerun();
    Rerun(const Rerun&) = delete;
    Rerun& operator=(const Rerun&) = delete;

    const core::RunRecord& kept() const { return kept_; }  ///< the books of the run that is run again

    /// Before build(): with these parts free as well (timing.free). It is another run then: what it did is told of the
    /// books, and the kept ones are not asked.
    void make_free(const std::vector<std::string>& parts);
    /// Boots, when the run started in a checkpoint of its own making, and builds the machine: a process has one.
    /// exit_ok, or the code of a boot that failed, which has been complained about.
    int build();
    /// After build(): listeners go on here.
    core::Simulation& simulation() { return *simulation_; }
    core::Books& books() { return books_; }
    /// To the end. exit_ok; exit_disagreement when it did not do what the books say, or that of a signal, with a
    /// complaint.
    int carry_out();

private:
    class Folder;
    void refuse(const std::string& why) const;
    void expect_same_inputs() const;
    std::string difference() const;

    std::string name_;
    std::filesystem::path folder_;
    core::RunRecord kept_;
    core::Manifest manifest_;
    core::Scenario scenario_;
    core::SearchPath search_;
    std::unique_ptr<Folder> files_;  ///< what semihosting reads and writes: a copy
    std::optional<core::CheckpointFile> checkpoint_;
    core::Books books_;
    std::unique_ptr<core::Simulation> simulation_;
    bool freed_ = false;
};

}  // namespace vtoll::cli
