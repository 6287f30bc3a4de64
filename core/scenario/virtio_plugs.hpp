// SPDX-License-Identifier: Apache-2.0
// The devices that a scenario puts into the virtio slots, and what they leave in the run directory.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/platform/console.hpp"
#include "core/platform/virtio/block.hpp"
#include "core/platform/virtio/network.hpp"
#include "core/platform/virtio/slots.hpp"
#include "core/scenario/scenario.hpp"

namespace vtoll::core {

class VirtioPlugs {
public:
    /// `bytes`: of the file the device has, `seed`: of the machine. `place` names the device in messages.
    void plug(VirtioSlots& slots, const VirtioSpec& spec, std::string bytes, u64 seed, const std::string& place);

    /// Of each.
    void limit_consoles(u64 most, const std::function<void()>& on_full);

    /// Name and contents: what consoles showed, disks that are to be kept.
    std::vector<std::pair<std::string, std::string>> documents() const;

private:
    std::unique_ptr<VirtioDevice> make(const VirtioSpec& spec, std::string bytes, u64 seed, unsigned slot);

    std::map<unsigned, std::unique_ptr<Console>> consoles_;  ///< by slot
    std::map<unsigned, const VirtioBlock*> kept_;            ///< by slot
    std::map<std::string, NetworkCable> cables_;
    u8 cards_ = 0;
};

}  // namespace vtoll::core
