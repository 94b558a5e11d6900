// SPDX-License-Identifier: GPL-2.0-or-later
// The six cleanup macros, and no more.
#ifndef MMWHY_BASE_CLEANUP_H
#define MMWHY_BASE_CLEANUP_H

#include <stdlib.h>
#include <unistd.h>

#define _cleanup_(fn) __attribute__((cleanup(fn)))

static inline void cleanup_free_p(void *p)
{
	free(*(void **)p);
}

static inline void cleanup_close_p(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

#define _cleanup_free_	_cleanup_(cleanup_free_p)
#define _cleanup_close_ _cleanup_(cleanup_close_p)

/** Takes the pointer out of @p p, leaving NULL, so that its cleanup does nothing. */
#define take_ptr(p)                                                                                \
	__extension__({                                                                            \
		__typeof__(p) take_tmp_ = (p);                                                     \
		(p) = NULL;                                                                        \
		take_tmp_;                                                                         \
	})
#define return_ptr(p) return take_ptr(p)

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
