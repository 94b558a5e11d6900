// SPDX-License-Identifier: GPL-2.0-or-later
// What an incident tells about its machine: release, word size, page size.
#include "model/machine.h"

#include "base/cleanup.h"
#include "fact/page_size.h"

uint32_t kernel_version(struct str release)
{
	struct scan s = scan_of(release);
	uint64_t a, b, c = 0;

	if (!scan_u64(&s, &a) || !scan_char(&s, '.') || !scan_u64(&s, &b))
		return 0;
	if (scan_char(&s, '.') && !scan_u64(&s, &c))
		c = 0;
	if (a > 99 || b > 999)
		return 0;
	return KVER(a, b, c > 999 ? 999 : c);
}

static struct str release_of(const struct incident *in)
{
	const struct fact_backtrace *t;

	incident_for_each (in, backtrace, t)
		if (t->kernel.n)
			return t->kernel;
	if (in->boot && in->boot->kernel.n)
		return in->boot->kernel;
	if (in->head && in->head->origin.evidence < in->facts->n_evidence)
		return in->facts->evidence[in->head->origin.evidence]->kernel;
	return (struct str){ NULL, 0 };
}

static int bits_of_arch(struct str arch)
{
	static const char *const wide[] = { "x86_64",  "amd64",	   "arm64",	 "aarch64", "ppc64",
					    "riscv64", "sparc64",  "s390x",	 "mips64",  "alpha",
					    "ia64",    "parisc64", "loongarch64" };
	static const char *const narrow[] = { "i386", "i486", "i586", "i686",	"arm",
					      "armv", "mips", "m68k", "riscv32" };

	for (size_t i = 0; i < ARRAY_SIZE(wide); i++)
		if (str_starts(arch, wide[i]))
			return 64;
	for (size_t i = 0; i < ARRAY_SIZE(narrow); i++)
		if (str_starts(arch, narrow[i]))
			return 32;
	return 0;
}

/* Kernel text lies above 2 GiB on a 32-bit machine, and far above 4 GiB on a 64-bit one. */
static int bits_of_frames(const struct incident *in)
{
	const struct fact_backtrace *t;
	size_t low = 0;

	incident_for_each (in, backtrace, t) {
		for (size_t i = 0; i < t->n_frames; i++) {
			struct num a = t->frames[i].address;

			if (!a.known)
				continue;
			if (a.v > UINT32_MAX)
				return 64;
			low += a.v >= 0x80000000u;
		}
	}
	return low >= 3 ? 32 : 0;
}

static bool saw_dma32(const struct incident *in)
{
	const struct fact_zone_state *z;

	incident_for_each (in, zone_state, z)
		if (str_is(z->zone, "DMA32"))
			return true;
	return false;
}

static void set_bits(struct machine *m, const struct incident *in)
{
	struct str arch = in->boot ? in->boot->arch : (struct str){ NULL, 0 };

	if (!arch.n && in->head && in->head->origin.evidence < in->facts->n_evidence)
		arch = in->facts->evidence[in->head->origin.evidence]->arch;
	m->bits = bits_of_arch(arch);
	m->bits_sure = m->bits != 0;
	if (!m->bits) {
		m->bits = bits_of_frames(in);
		m->bits_sure = m->bits == 64;
	}
	if (!m->bits && saw_dma32(in)) /* ZONE_DMA32 exists on 64-bit kernels only */
		m->bits = 64;
	if (m->bits == 32 && !m->bits_sure && (m->nommu || saw_dma32(in)))
		m->bits = 0;
}

struct machine machine_of(const struct incident *in)
{
	struct machine m = { 0 };

	m.release = release_of(in);
	m.version = kernel_version(m.release);
	m.nommu = in->boot && in->boot->nommu;
	m.page_size = page_size_or_usual(in->mem    ? in->mem->page_size
					 : in->boot ? in->boot->page_size
						    : (struct num){ 0 },
					 in->boot ? in->boot->arch : STR(""));
	set_bits(&m, in);
	return m;
}

bool incident_has_frame(const struct incident *in, const char *symbol,
			const struct fact_backtrace **ret, uint32_t *line)
{
	const struct fact_backtrace *t;

	incident_for_each (in, backtrace, t) {
		for (size_t i = 0; i < t->n_frames; i++) {
			if (!str_is(t->frames[i].symbol, symbol))
				continue;
			if (ret)
				*ret = t;
			if (line)
				*line = t->frames[i].line;
			return true;
		}
	}
	return false;
}
