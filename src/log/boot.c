// SPDX-License-Identifier: GPL-2.0-or-later
// A kernel's first messages: linux_banner, the command line (start_kernel()), CPUs brought up
// (smp_init()), page size, and how it ended (panic()).
#include "log/boot.h"

#include "fact/page_size.h"
#include "log/arch.h"
#include "log/backtrace.h"
#include "log/cpu_line.h"

enum {
	MAX_PAGED = 128,
	MAX_REPLAY_GAP = 8, /* lines between the new console's line and the banner again */
};

struct paged {
	struct fact_memory_range *range;
	uint64_t start_pfn, end_pfn;
};

/* Of the whole log, whatever the stream. */
struct boot_state {
	const struct fact_boot *boot; /* the rest is about this one */
	char console[96];	      /* the last "console [x] enabled" */
	size_t n_console;
	uint32_t console_line;
	struct num console_ns;
	bool replay;
	struct paged paged[MAX_PAGED];
	size_t n_paged;
	const char *next_entry; /* how the next boot begins, as the one before it says */
	uint32_t next_entry_line;
};

extern const struct log_parser log_parser_boot;

static struct boot_state *state_of(struct log_ctx *c, const struct line *l)
{
	struct boot_state *s = log_shared(c, &log_parser_boot);
	const struct fact_boot *b = log_boot(c, l);

	if (s->boot != b) {
		const char *entry = s->next_entry;
		uint32_t line = s->next_entry_line;

		*s = (struct boot_state){ .boot = b, .next_entry = entry, .next_entry_line = line };
	}
	return s;
}

/* The boot so far, or NULL: a banner must not begin one before it is read. */
static const struct fact_boot *current(const struct log_ctx *c)
{
	const struct fact_list *boots = &c->facts->lists[FACT_boot];
	const struct fact_boot *b =
		boots->n ? (const struct fact_boot *)boots->v[boots->n - 1] : NULL;

	return b && b->head.origin.evidence == c->evidence ? b : NULL;
}

/* ---- replays ---- */

/* "console [ttyS0] enabled", "bootconsole [earlyser0] disabled": printed on the old console, and
 * on the new one as the last of what it repeats. */
static bool console_line(struct str text)
{
	struct scan sc = scan_of(str_trim(text));

	(void)scan_lit(&sc, "printk: ");
	(void)scan_lit(&sc, "legacy ");
	(void)scan_lit(&sc, "boot");
	return scan_lit(&sc, "console [") && scan_past(&sc, "] ", NULL) &&
	       (scan_lit(&sc, "enabled") || scan_lit(&sc, "disabled"));
}

static void note_console(struct boot_state *s, const struct line *l)
{
	struct str text = str_trim(l->text);

	s->n_console = text.n < sizeof(s->console) ? text.n : sizeof(s->console);
	memcpy(s->console, text.p, s->n_console);
	s->console_line = l->last_no;
	s->console_ns = l->time_ns;
}

static bool same_console(const struct boot_state *s, const struct line *l)
{
	return str_eq(str_first(str_trim(l->text), sizeof(s->console)),
		      (struct str){ s->console, s->n_console });
}

bool boot_replays(struct log_ctx *c, const struct line *l)
{
	struct boot_state *s = state_of(c, l);

	if (s->replay && l->time_ns.known && s->console_ns.known && l->time_ns.v > s->console_ns.v)
		s->replay = false;
	return s->replay;
}

/* ---- page size ---- */

uint64_t boot_page_size(struct log_ctx *c, const struct line *l)
{
	const struct fact_boot *b = log_boot(c, l);

	return page_size_or_usual(b->page_size, b->arch);
}

static void scale(struct paged *p, uint64_t page)
{
	struct fact_memory_range *range = p->range;
	uint64_t start = 0, end = 0;

	range->damaged = p->end_pfn <= p->start_pfn ||
			 __builtin_mul_overflow(p->start_pfn, page, &start) ||
			 __builtin_mul_overflow(p->end_pfn, page, &end);
	range->start.v = range->damaged ? p->start_pfn : start;
	range->end.v = range->damaged ? p->end_pfn : end - 1;
}

void boot_range_of_pages(struct log_ctx *c, const struct line *l, struct fact_memory_range *range,
			 uint64_t start_pfn, uint64_t end_pfn)
{
	struct boot_state *s = state_of(c, l);
	struct paged p = { range, start_pfn, end_pfn };

	range->start = num_at(0, l->no);
	range->end = num_at(0, l->no);
	scale(&p, boot_page_size(c, l));
	if (s->n_paged < MAX_PAGED)
		s->paged[s->n_paged++] = p;
}

void boot_proves_page_size(struct log_ctx *c, const struct line *l, uint64_t bytes)
{
	struct boot_state *s = state_of(c, l);
	struct fact_boot *b = log_boot(c, l);

	if (b->page_size.known || !is_page_size(bytes))
		return;
	b->page_size = num_at(bytes, l->no);
	for (size_t i = 0; i < s->n_paged; i++)
		scale(&s->paged[i], bytes);
}

static unsigned int log2_of(uint64_t v)
{
	return 63 - (unsigned int)__builtin_clzll(v);
}

/* alloc_large_system_hash(): order is ilog2(bytes) - PAGE_SHIFT. The PID hash of old kernels
 * prints another order. */
static void hash_table(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	uint64_t entries, bytes;
	int64_t order;
	struct str name;

	if (!scan_past(&sc, " hash table entries: ", &name) || str_has(name, "PID") ||
	    !scan_u64(&sc, &entries) || !scan_lit(&sc, " (order: ") || !scan_i64(&sc, &order) ||
	    !scan_lit(&sc, ", ") || !scan_u64(&sc, &bytes) || !scan_lit(&sc, " bytes") || !bytes)
		return;
	order = (int64_t)log2_of(bytes) - order;
	if (order >= 12 && order <= 20)
		boot_proves_page_size(c, l, 1ull << order);
}

/* pcpu_embed_first_chunk(): pages is the sum of static, reserved and dynamic bytes in pages. */
static void percpu_pages(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	uint64_t pages, s, r, d, sum;

	if (!scan_past(&sc, ": Embedded ", NULL) || !scan_u64(&sc, &pages) ||
	    !scan_lit(&sc, " pages/cpu ") || !scan_past(&sc, "s", NULL) || !scan_u64(&sc, &s) ||
	    !scan_lit(&sc, " r") || !scan_u64(&sc, &r) || !scan_lit(&sc, " d") ||
	    !scan_u64(&sc, &d) || !pages)
		return;
	if (!__builtin_add_overflow(s, r, &sum) && !__builtin_add_overflow(sum, d, &sum) &&
	    sum % pages == 0)
		boot_proves_page_size(c, l, sum / pages);
}

/* ---- the facts of the boot ---- */

void boot_proves_arch(struct log_ctx *c, const struct line *l, const char *arch)
{
	struct fact_boot *b = log_boot(c, l);

	if (arch && !b->arch.n)
		b->arch = str_c(arch);
}

static void set_kernel(struct log_ctx *c, const struct line *l, struct str kernel, struct str build)
{
	struct fact_boot *b = log_boot(c, l);

	b->kernel = log_str(c, kernel);
	b->build = log_str(c, build);
	boot_proves_arch(c, l, arch_of_release(kernel));
}

static bool is_replayed_banner(struct log_ctx *c, const struct line *l, struct str kernel,
			       struct str build)
{
	const struct boot_state *s = log_shared(c, &log_parser_boot);
	const struct fact_boot *b = current(c);

	return b && s->boot == b && b->banner && str_eq(b->kernel, kernel) &&
	       str_eq(b->build, build) && s->console_line &&
	       line_gap(l->no, s->console_line) <= MAX_REPLAY_GAP &&
	       num_or(l->time_ns, 0) <= num_or(s->console_ns, 0);
}

/* "Linux version 6.1.0-13-amd64 (debian-kernel@...) (gcc-12 ...) #1 SMP ..." */
static bool banner(struct log_ctx *c, const struct line *l)
{
	struct str kernel, build, rest = str_trim(l->text);
	struct boot_state *s;
	struct fact_boot *b;

	if (!str_starts(rest, "Linux version "))
		return false;
	rest = str_from(rest, 14);
	kernel = str_word(&rest);
	build = str_trim(rest);
	if (is_replayed_banner(c, l, kernel, build)) {
		state_of(c, l)->replay = true;
		return true;
	}
	b = log_new_boot(c, l);
	s = state_of(c, l);
	set_kernel(c, l, kernel, build);
	if (s->next_entry && line_gap(l->no, s->next_entry_line) < 100)
		b->entry = s->next_entry;
	s->next_entry = NULL;
	return true;
}

static bool command_line(struct log_ctx *c, const struct line *l)
{
	struct str text = str_trim(l->text);
	struct fact_boot *b = log_boot(c, l);
	bool early = str_starts(text, "Command line: ");

	if (!early && !str_starts(text, "Kernel command line: "))
		return false;
	text = str_from(text, early ? 14 : 21);
	if (boot_replays(c, l) || (early && b->cmdline.n))
		return true;
	b->cmdline = log_str(c, text);
	if (str_has(text, "elfcorehdr="))
		b->entry = "kdump";
	return true;
}

/* "smp: Brought up 1 node, 4 CPUs", "Brought up 4 CPUs", "Total of 4 processors activated". */
static bool cpus(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	uint64_t n, nodes;

	if (scan_past(&sc, "Total of ", NULL)) {
		if (!scan_u64(&sc, &n) || !scan_lit(&sc, " processor"))
			return false;
	} else if (scan_past(&sc, "Brought up ", NULL)) {
		if (!scan_u64(&sc, &n))
			return false;
		if ((scan_lit(&sc, " nodes, ") || scan_lit(&sc, " node, ")) &&
		    (nodes = n, !scan_u64(&sc, &n)))
			return false;
		if (!scan_lit(&sc, " CPU"))
			return false;
		(void)nodes;
	} else {
		return false;
	}
	log_boot(c, l)->cpus = num_at(n, l->no);
	return true;
}

static void panicked(struct log_ctx *c, const struct line *l)
{
	struct scan sc = scan_of(l->text);
	struct fact_boot *b = log_boot(c, l);

	if (str_has(l->text, "end Kernel panic") || !scan_past(&sc, "Kernel panic", NULL))
		return;
	if (!scan_lit(&sc, " - not syncing: ") && !scan_lit(&sc, ": "))
		return;
	backtrace_expect(c, l, &(struct trace_cause){ .reason = STR("panic"), .in_report = true });
	if (b->panic.n)
		return;
	b->panic = log_str(c, str_trim(scan_rest(&sc)));
	b->panic_line = l->no;
}

/* "#1-Ubuntu" and a line that is cut behind "#1". */
static bool same_build(struct str a, struct str b)
{
	struct scan x = scan_of(a), y = scan_of(b);
	uint64_t n, m;

	if (!scan_char(&x, '#') || !scan_char(&y, '#') || !scan_u64(&x, &n) || !scan_u64(&y, &m))
		return str_eq(a, b);
	return n == m;
}

/* The release that a trace's head names, where no banner gave one. Another release, or another
 * build of the same, is another boot: a mail with reports of several kernels. */
static void kernel_of_report(struct log_ctx *c, const struct line *l)
{
	struct fact_boot *b = log_boot(c, l);
	struct cpu_line cpu;
	struct str build;

	if (!cpu_line(l, &cpu) || !cpu.kernel.n)
		return;
	build = cpu.version;
	build = str_word(&build);
	if (!b->kernel.n) {
		set_kernel(c, l, cpu.kernel, build);
		return;
	}
	if (b->banner || !build.n)
		return;
	if (!str_eq(b->kernel, cpu.kernel) || (b->build.n && !same_build(b->build, build))) {
		(void)log_other_boot(c, l);
		set_kernel(c, l, cpu.kernel, build);
	}
}

/* What the kernel before this one, or what started it, says. */
static void next_entry(struct log_ctx *c, const struct line *l)
{
	struct boot_state *s = log_shared(c, &log_parser_boot);

	if (str_has(l->text, "Starting new kernel"))
		s->next_entry = "kexec";
	else if (str_has(l->text, "Starting crashdump kernel") ||
		 str_has(l->text, "Loading crashdump kernel"))
		s->next_entry = "kdump";
	else if (str_has(l->text, "EFI stub: "))
		s->next_entry = "firmware";
	else
		return;
	s->next_entry_line = l->no;
}

static void no_mmu(struct log_ctx *c, const struct line *l)
{
	if (str_ends(str_trim(l->text), "too large for vmalloc space 0x0") ||
	    str_has(l->text, "(ARMv7M)"))
		log_boot(c, l)->nommu = true;
}

static bool head(struct log_ctx *c, const struct line *l)
{
	const char *arch;

	if (str_has(l->text, "Linux version "))
		return banner(c, l);
	next_entry(c, l);
	if (console_line(l->text)) {
		struct boot_state *s = state_of(c, l);

		if (boot_replays(c, l))
			s->replay = !same_console(s, l);
		else
			note_console(s, l);
		return true;
	}
	arch = arch_of_line(l->text);
	if (arch)
		boot_proves_arch(c, l, arch);
	if (str_has(l->text, "ommand line: "))
		return command_line(c, l);
	if (str_has(l->text, "hash table entries: "))
		hash_table(c, l);
	else if (str_has(l->text, ": Embedded "))
		percpu_pages(c, l);
	else if (str_has(l->text, "rought up ") || str_has(l->text, "Total of "))
		return cpus(c, l);
	else if (str_has(l->text, "Kernel panic"))
		panicked(c, l);
	else if (str_has(l->text, "omm: ") || str_has(l->text, "ainted"))
		kernel_of_report(c, l);
	no_mmu(c, l);
	return false;
}

DEFINE_LOG_PARSER(boot,
		  .anchors = (const char *const[]){ "Linux version ", "ommand line: ", "console [",
						    " hash table entries: ", ": Embedded ",
						    "Brought up ", "Total of ", "Kernel panic",
						    "Comm: ", "comm: ", "ainted", "new kernel",
						    "crashdump kernel",
						    "EFI stub: ", "vmalloc space 0x0", "(ARMv7M)",
						    ARCH_ANCHORS, NULL },
		  .shared_size = sizeof(struct boot_state), .head = head);
