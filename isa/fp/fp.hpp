// SPDX-License-Identifier: Apache-2.0
// ARM floating point: all of it.
#pragma once

#include "isa/fp/arithmetic.hpp"
#include "isa/fp/convert.hpp"
#include "isa/fp/estimate.hpp"
#include "isa/fp/format.hpp"
