// SPDX-License-Identifier: Apache-2.0
// A file that isn't whole is refused, wherever it is damaged.
#include "core/scenario/checkpoint_file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace vtoll::core {
namespace {

namespace fs = std::filesystem;

class CheckpointFileTest : public testing::Test {
protected:
    CheckpointFileTest() { fs::create_directories(folder_); }
    ~CheckpointFileTest() override { fs::remove_all(folder_); }

    fs::path path() const { return folder_ / "x.checkpoint"; }
    std::string good() const {
        CheckpointWriter writer;
        writer.add("first", std::string(10'000, 'a') + "b");
        writer.add("empty", "");
        writer.add("last", "some bytes");
        writer.write(head, path());
        return read_input(path(), "x").bytes;
    }
    /// Opens and unpacks everything; returns the complaint, "" when there is none.
    std::string complaint(const std::string& bytes) const {
        std::ofstream(path(), std::ios::binary) << bytes;
        try {
            const CheckpointFile file(path(), "x");
            for (const auto& section : file.sections()) file.unpack(section);
        } catch (const InputError& error) {
            return error.what();
        }
        return "";
    }

    const CheckpointHead head{"1.2", "abc", "a scenario",       "name = \"x\"\n", "marker:1", "functional", 1,
                              2,     3,     {{"image", "0123"}}};

private:
    fs::path folder_ = fs::temp_directory_path() / ("vtoll-checkpoint-test-" + std::to_string(getpid()));
};

TEST_F(CheckpointFileTest, comes_back_as_it_was_written) {
    good();
    const CheckpointFile file(path(), "x");
    EXPECT_EQ(file.head().point, "marker:1") << "the head";
    EXPECT_EQ(file.head().inputs, head.inputs) << "the inputs";
    EXPECT_EQ(file.unpack("first"), std::string(10'000, 'a') + "b") << "a section";
    EXPECT_EQ(file.unpack("empty"), "") << "one of no bytes";
    EXPECT_EQ(file.unpack("last"), "some bytes") << "the last one";
    EXPECT_THROW(file.unpack("other"), InputError) << "one that isn't there";
    for (const auto& entry : fs::directory_iterator(path().parent_path()))
        EXPECT_EQ(entry.path(), path()) << "nothing is left beside the file";
}

TEST_F(CheckpointFileTest, every_length_but_the_right_one_is_refused) {
    const std::string bytes = good();
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_NE(complaint(bytes.substr(0, size)), "") << "cut to " << size << " of " << bytes.size() << " bytes";
    EXPECT_NE(complaint(bytes + "x"), "") << "a byte too many";
    EXPECT_EQ(complaint(bytes), "") << "and the whole file is taken";
}

TEST_F(CheckpointFileTest, every_damaged_byte_is_noticed) {
    const std::string bytes = good();
    for (std::size_t at = 0; at < bytes.size(); ++at)
        for (const unsigned flip : {0x01u, 0x80u}) {
            std::string damaged = bytes;
            damaged[at] = static_cast<char>(damaged[at] ^ flip);
            EXPECT_NE(complaint(damaged), "") << "byte " << at << " changed by " << flip;
        }
}

TEST_F(CheckpointFileTest, says_what_is_wrong) {
    const std::string bytes = good();
    EXPECT_EQ(complaint("ELF"), "x: is not a checkpoint; expected a file that vtoll run --save made");
    std::string other = bytes;
    other[8] = 77;
    EXPECT_EQ(complaint(other), "x: is a checkpoint of format 77; this program reads format " +
                                    std::to_string(checkpoint_version) + ": save it again");
    EXPECT_EQ(complaint(bytes.substr(0, bytes.size() - 1)),
              "x: is cut short: section 'last' ends behind the end of the file");
    EXPECT_EQ(complaint(bytes + "ab"), "x: has 2 bytes behind its last section");
}

TEST_F(CheckpointFileTest, a_folder_that_cant_be_written_to_is_named) {
    CheckpointWriter writer;
    try {
        writer.write(head, "/proc/no/such.checkpoint");
        FAIL() << "written";
    } catch (const InputError& error) {
        EXPECT_TRUE(std::string(error.what()).starts_with("/proc/no/such.checkpoint: can't be written: "))
            << error.what();
    }
}

}  // namespace
}  // namespace vtoll::core
