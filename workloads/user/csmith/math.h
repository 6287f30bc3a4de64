/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#define fabsf __builtin_fabsf
