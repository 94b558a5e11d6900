# SPDX-License-Identifier: GPL-2.0-or-later
# Short ways into tools/; the build itself is Meson's (meson.build).
.PHONY: all demo check lint fuzz coverage update-docs install clean

all:
	tools/build build

# Installs what is missing, builds, and diagnoses the logs in examples/.
demo:
	tools/setup build
	tools/build build
	tools/demo build

# Installs what is missing, builds, and runs every test; the last line counts them.
check:
	tools/setup build check vm
	tools/check

# clang's warnings, formatting, clang-tidy, spelling, shell scripts.
lint:
	tools/setup build check lint
	tools/lint

# Each fuzz target for FUZZ_SECONDS (60) under ASan and UBSan.
fuzz:
	tools/setup build check fuzz
	tools/fuzz

# Line coverage of each reader, by the tests that boot nothing.
coverage:
	tools/setup build check
	tools/coverage

# Rewrites docs/schema.json and what else in docs/ comes out of the program.
update-docs:
	tools/build build
	ninja -C build update-docs

install:
	tools/build build
	meson install -C build

clean:
	rm -rf build build-*
