// SPDX-License-Identifier: GPL-2.0-or-later
// A fuzz target is a file tests/fuzz/fuzz_NAME.c with LLVMFuzzerTestOneInput(), and its name in
// tests/fuzz/meson.build. Without a fuzzer, replay.c runs it over the inputs of all cases and what
// stands in tests/fuzz/seeds/NAME; crashes that were mended stay there for good.
#ifndef MMWHY_TESTS_FUZZ_H
#define MMWHY_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
