// SPDX-License-Identifier: GPL-2.0-or-later
// Which architecture a kernel is of: setup_arch() and show_regs() of each.
#include "log/arch.h"

#include "base/cleanup.h"

/* Suffixes that distributions give their releases. */
static const struct {
	const char *suffix, *arch;
} releases[] = {
	{ "x86_64", "x86_64" },
	{ "amd64", "x86_64" },
	{ "x64v1-xanmod", "x86_64" },
	{ "i686", "i386" },
	{ "i586", "i386" },
	{ "i386", "i386" },
	{ "686", "i386" },
	{ "686-pae", "i386" },
	{ "586", "i386" },
	{ "aarch64", "arm64" },
	{ "arm64", "arm64" },
	{ "aarch64_be", "arm64" },
	{ "armv7hl", "arm" },
	{ "armv7l", "arm" },
	{ "armmp", "arm" },
	{ "armmp-lpae", "arm" },
	{ "ppc64le", "ppc64" },
	{ "ppc64", "ppc64" },
	{ "powerpc64le", "ppc64" },
	{ "powerpc64", "ppc64" },
	{ "s390x", "s390" },
	{ "riscv64", "riscv64" },
	{ "sparc64", "sparc64" },
	{ "sparc64-smp", "sparc64" },
	{ "mips64el", "mips" },
	{ "parisc64", "parisc" },
	{ "parisc", "parisc" },
	{ "loongarch64", "loongarch64" },
	{ "loong64", "loongarch64" },
};

const char *arch_of_release(struct str release)
{
	for (size_t i = 0; i < ARRAY_SIZE(releases); i++) {
		size_t n = strlen(releases[i].suffix);

		if (release.n > n + 1 && str_ends(release, releases[i].suffix) &&
		    strchr(".-_", release.p[release.n - n - 1]))
			return releases[i].arch;
	}
	return NULL;
}

/* What only one architecture prints, wherever it stands in the line. */
static const struct {
	const char *text, *arch;
} lines[] = {
	{ "EIP: ", "i386" },
	{ "EIP is at", "i386" },
	{ "LOWMEM available.", "i386" },
	{ "max_arch_pfn = 0x400000000", "x86_64" },
	{ "max_arch_pfn = 0x10000000000", "x86_64" },
	{ "max_arch_pfn = 0x100000", "i386" },
	{ "CPU: ARM", "arm" },
	{ "pstate: ", "arm64" },
	{ "ESR_EL1", "arm64" },
	{ "hash-mmu: ", "ppc64" },
	{ "hv:phyp", "ppc64" },
	{ "firmware_features", "ppc64" },
	{ "OPAL v3 ", "ppc64" },
	{ "TSTATE: ", "sparc64" },
	{ "IAOQ[0]: ", "parisc" },
	{ "Kernel has started...", "parisc" },
	{ "(MIPS ", "mips" },
	{ "MIPS: machine is", "mips" },
	{ "Linux is running as a z/VM guest", "s390" },
	{ "Linux is running natively in 64-bit mode", "s390" },
	{ "Linux is running under KVM in 64-bit mode", "s390" },
	{ "Linux is running as a guest in 64-bit mode", "s390" },
	{ "Krnl PSW : ", "s390" },
	{ "riscv: base ISA", "riscv64" },
	{ "riscv: ISA ext", "riscv64" },
	{ "riscv: ELF cap", "riscv64" },
	{ "SBI specification v", "riscv64" },
	{ "riscv_clocksource", "riscv64" },
	{ "using machine vector", "alpha" },
	{ "-bit Loongson Processor probed", "loongarch64" },
};

/* The two that share a line: "0x0000000000 [0x410fd034]" is arm64's, 4.17 and newer. */
static const char *arm_or_arm64(struct str text)
{
	struct scan sc = scan_of(text);
	uint64_t cpu;

	if (!scan_past(&sc, "Booting Linux on physical CPU ", NULL) || !scan_hex(&sc, &cpu))
		return NULL;
	if (scan_lit(&sc, " ["))
		return "arm64";
	return NULL;
}

/* "NIP: c000000000014ac8 LR: ..." of 64 bits, "NIP: c0014ac8 LR: ..." of 32. */
static const char *ppc(struct str text)
{
	struct scan sc = scan_of(text);
	struct str hex;

	if (!scan_past(&sc, "NIP: ", NULL) || !scan_blanks(&sc) ||
	    !scan_until_any(&sc, " ", &hex) || !scan_blanks(&sc) ||
	    !(scan_lit(&sc, "LR: ") || scan_lit(&sc, "XER: ")))
		return NULL;
	return hex.n >= 16 ? "ppc64" : "ppc";
}

/* "RIP: 0010:f+0x1/0x2": the saved selector tells it from words that end so. */
static const char *x86_64(struct str text)
{
	struct scan sc = scan_of(text);
	uint64_t cs;

	if (!scan_past(&sc, "RIP: ", NULL) || !scan_hex(&sc, &cs) || !scan_char(&sc, ':'))
		return NULL;
	return "x86_64";
}

static const char *sparc(struct str text)
{
	if (!str_has(text, "PROMLIB: "))
		return NULL;
	return str_has(text, "Sun IEEE Boot Prom") ? "sparc64" : "sparc";
}

const char *arch_of_line(struct str text)
{
	static const char *(*const tests[])(struct str) = { x86_64, arm_or_arm64, ppc, sparc };
	const char *arch = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(tests) && !arch; i++)
		arch = tests[i](text);
	for (size_t i = 0; i < ARRAY_SIZE(lines) && !arch; i++)
		if (str_has(text, lines[i].text))
			arch = lines[i].arch;
	return arch;
}
