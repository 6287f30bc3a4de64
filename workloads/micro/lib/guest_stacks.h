/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#define GUEST_STACK_SIZE 4096
