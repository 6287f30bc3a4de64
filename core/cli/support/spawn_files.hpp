// SPDX-License-Identifier: Apache-2.0
// What a program that is started finds as its standard streams.
#pragma once

#include <spawn.h>

namespace vtoll::cli {

class SpawnFiles {
public:
    SpawnFiles() { posix_spawn_file_actions_init(&actions_); }
    ~SpawnFiles() { posix_spawn_file_actions_destroy(&actions_); }
    SpawnFiles(const SpawnFiles&) = delete;
    SpawnFiles& operator=(const SpawnFiles&) = delete;

    void nothing(int descriptor) { posix_spawn_file_actions_addopen(&actions_, descriptor, "/dev/null", 0, 0); }
    void same(int descriptor, int as) { posix_spawn_file_actions_adddup2(&actions_, as, descriptor); }

    const posix_spawn_file_actions_t* get() const { return &actions_; }

private:
    posix_spawn_file_actions_t actions_;
};

}  // namespace vtoll::cli
