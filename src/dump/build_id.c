// SPDX-License-Identifier: GPL-2.0-or-later
// Build ids (scripts' --build-id; VMCOREINFO_BUILD_ID() of include/linux/vmcore_info.h).
#include "dump/build_id.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"

enum { NOTES_MAX = 64 * 1024, NOTE_HEADER = 12, GNU_BUILD_ID = 3 };

static bool is_hex(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!strchr("0123456789abcdef", s.p[i]))
			return false;
	return s.n >= 8 && s.n <= 2 * (size_t)BUILD_ID_MAX;
}

struct build_id build_id_in_notes(const unsigned char *p, size_t n)
{
	struct build_id id = { "" };

	while (n >= NOTE_HEADER) {
		uint32_t h[3];
		uint64_t name, desc;

		memcpy(h, p, sizeof(h));
		name = NOTE_HEADER + (((uint64_t)h[0] + 3) & ~3ull);
		desc = ((uint64_t)h[1] + 3) & ~3ull;
		if (name > n || desc > n - name)
			break;
		if (h[2] == GNU_BUILD_ID && h[0] == 4 && memcmp(p + NOTE_HEADER, "GNU", 4) == 0 &&
		    h[1] <= BUILD_ID_MAX) {
			for (uint32_t i = 0; i < h[1]; i++)
				snprintf(id.hex + 2 * (size_t)i, 3, "%02x", p[name + i]);
			break;
		}
		p += name + desc;
		n -= name + desc;
	}
	return id;
}

struct build_id build_id_of_dump(struct dump *d)
{
	struct str told = str_trim(vmcoreinfo_get(d, "BUILD-ID"));
	kaddr_t start = d->sym[SYM___start_notes], stop = d->sym[SYM___stop_notes];
	_cleanup_free_ unsigned char *notes = NULL;
	struct build_id id = { "" };

	if (is_hex(told)) {
		memcpy(id.hex, told.p, told.n);
		return id;
	}
	if (!start || stop <= start || stop - start > NOTES_MAX || !(notes = malloc(stop - start)))
		return id;
	if (dump_read(d, start, notes, stop - start) == OK)
		id = build_id_in_notes(notes, stop - start);
	return id;
}

/* A release names a file: nothing in it may lead elsewhere. */
static bool is_plain(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '/' || (uint8_t)s.p[i] <= ' ')
			return false;
	return s.n > 0;
}

/* @p path if it can be read and is of this build; where the dump tells none, of its release. */
static const char *fitting(struct str path, const struct build_id *id)
{
	struct build_id of;

	if (access(path.p, R_OK))
		return NULL;
	of = build_id_of_file(path.p);
	return !*id->hex || strcmp(of.hex, id->hex) == 0 ? path.p : NULL;
}

static const char *below(struct dump *d, struct str root, const struct build_id *id)
{
	static const char *const places[] = { "boot/vmlinux-", "lib/modules/", "usr/lib/modules/" };
	static const char *const ends[] = { "", "/vmlinux", "/vmlinux" };
	const char *hit = NULL;

	if (*id->hex)
		hit = fitting(arena_printf(&d->arena, "%.*s/.build-id/%.2s/%s.debug", STR_ARG(root),
					   id->hex, id->hex + 2),
			      id);
	for (size_t i = 0; !hit && is_plain(d->release) && i < ARRAY_SIZE(places); i++)
		hit = fitting(arena_printf(&d->arena, "%.*s/%s%.*s%s", STR_ARG(root), places[i],
					   STR_ARG(d->release), ends[i]),
			      id);
	return hit;
}

/* Where debuginfod's client keeps what it fetched (debuginfod_find_debuginfo(3)). */
static const char *cached(struct dump *d, const struct build_id *id)
{
	const char *own = getenv("DEBUGINFOD_CACHE_PATH"), *xdg = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");
	struct str dir;

	if (!*id->hex)
		return NULL;
	if (own && *own)
		dir = arena_printf(&d->arena, "%s", own);
	else if (xdg && *xdg)
		dir = arena_printf(&d->arena, "%s/debuginfod_client", xdg);
	else if (home && *home)
		dir = arena_printf(&d->arena, "%s/.cache/debuginfod_client", home);
	else
		return NULL;
	return fitting(arena_printf(&d->arena, "%.*s/%s/debuginfo", STR_ARG(dir), id->hex), id);
}

const char *build_id_installed(struct dump *d)
{
	const char *named = getenv("MMWHY_DEBUG_ROOT");
	struct str roots = str_c(named && *named ? named : "/usr/lib/debug");
	struct build_id id = build_id_of_dump(d);
	const char *hit = NULL;

	while (roots.n && !hit) {
		const char *colon = memchr(roots.p, ':', roots.n);
		size_t n = colon ? (size_t)(colon - roots.p) : roots.n;

		if (n)
			hit = below(d, (struct str){ roots.p, n }, &id);
		roots = str_from(roots, n + 1);
	}
	return hit ? hit : cached(d, &id);
}
