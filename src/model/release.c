// SPDX-License-Identifier: GPL-2.0-or-later
// A kernel's release as numbers.
#include "model/release.h"

static bool scan_release(struct scan *s, struct release *ret)
{
	struct release r = { .known = true };

	if (!scan_u64(s, &r.major) || !scan_char(s, '.') || !scan_u64(s, &r.minor))
		return false;
	if (scan_char(s, '.'))
		(void)scan_u64(s, &r.patch);
	*ret = r;
	return true;
}

struct release release_of(struct str name, struct str build)
{
	struct scan s = scan_of(name);
	struct release r = { 0 }, stable;
	struct str word;

	if (!scan_release(&s, &r))
		return (struct release){ 0 };
	while ((word = str_word(&build)).n) {
		struct scan w = scan_of(word);

		if (scan_release(&w, &stable) && stable.major == r.major &&
		    stable.minor == r.minor && stable.patch > r.patch)
			r.patch = stable.patch;
	}
	return r;
}
