// SPDX-License-Identifier: GPL-2.0-or-later
// A kernel's release as numbers: the last resort where nothing in the evidence tells a behaviour.
#ifndef MMWHY_MODEL_RELEASE_H
#define MMWHY_MODEL_RELEASE_H

#include "base/str.h"

struct release {
	bool known;
	uint64_t major, minor, patch;
};

/** "6.1.0-56-cloud-amd64"; @p build, what follows it in the banner, may name the stable release
 * that a distribution's name hides ("Debian 6.1.192-2"). */
struct release release_of(struct str name, struct str build);

static inline bool release_since(struct release r, uint64_t major, uint64_t minor)
{
	return r.major != major ? r.major > major : r.minor >= minor;
}

#endif
