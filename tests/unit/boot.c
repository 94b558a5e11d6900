// SPDX-License-Identifier: GPL-2.0-or-later
// log/boot and the parsers of memory maps. The lines are written after the printk of the sources
// named with each test; the numbers are ours.
#include "feed_log.h"

#define BANNER "Linux version 6.12.1-test (me@here) (gcc 12) #3 SMP Tue Nov 3 00:00:00 UTC 2026\n"

/* linux_banner, setup_command_line(), smp_init() */
START_TEST(test_banner)
{
	const struct fact_boot *b;
	struct facts f;

	feed_log(&f,
		 "[    0.000000] " BANNER "[    0.000000] Command line: quiet root=/dev/sda1\n"
		 "[    0.000000] last_pfn = 0x140000 max_arch_pfn = 0x400000000\n"
		 "[    0.000000] last_pfn = 0xbffd7 max_arch_pfn = 0x400000000\n"
		 "[    0.020000] Kernel command line: quiet root=/dev/sda1\n"
		 "[    0.030000] Dentry cache hash table entries: 65536 (order: 7, 524288 bytes)\n"
		 "[    0.200000] smp: Brought up 2 nodes, 12 CPUs\n"
		 "[    9.000000] Kernel panic - not syncing: Out of memory\n"
		 "[    9.100000] ---[ end Kernel panic - not syncing: Out of memory ]---\n");
	ck_assert_uint_eq(feed_count(&f, FACT_boot), 1);
	b = feed_nth(&f, boot, 0);
	ck_str(b->kernel, "6.12.1-test");
	ck_str(b->build, "(me@here) (gcc 12) #3 SMP Tue Nov 3 00:00:00 UTC 2026");
	ck_str(b->cmdline, "quiet root=/dev/sda1");
	ck_str(b->arch, "x86_64");
	ck_str(b->panic, "Out of memory");
	ck_assert_str_eq(b->entry, "unknown");
	ck_num(b->last_pfn, 0x140000);
	ck_num(b->page_size, 4096);
	ck_num(b->cpus, 12);
	ck_assert_uint_eq(b->first_line, 1);
	ck_assert_uint_eq(b->last_line, 9);
	facts_deinit(&f);
}
END_TEST

START_TEST(test_two_boots)
{
	struct facts f;

	feed_log(&f,
		 "[    0.000000] " BANNER "[    0.000000] Kernel command line: crashkernel=256M\n"
		 "[    7.000000] kexec_core: Starting new kernel\n"
		 "[    0.000000] " BANNER "[    0.000000] Kernel command line: a\n"
		 "[    0.000000] " BANNER
		 "[    0.000000] Kernel command line: a elfcorehdr=900536K\n");
	ck_assert_uint_eq(feed_count(&f, FACT_boot), 3);
	ck_assert_str_eq(feed_nth(&f, boot, 0)->entry, "unknown");
	ck_assert_uint_eq(feed_nth(&f, boot, 0)->last_line, 3);
	ck_assert_str_eq(feed_nth(&f, boot, 1)->entry, "kexec");
	ck_assert_str_eq(feed_nth(&f, boot, 2)->entry, "kdump");
	ck_assert_int_eq(feed_nth(&f, boot, 2)->head.boot, 2);
	facts_deinit(&f);
}
END_TEST

/* register_console(): the real console prints again what the boot console printed. */
START_TEST(test_replay)
{
#define EARLY                                                                                      \
	"[    0.000000] " BANNER "[    0.000000] printk: bootconsole [earlyser0] enabled\n"        \
	"[    0.000000] BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable\n"           \
	"[    0.000000] Zone ranges:\n"                                                            \
	"[    0.000000]   DMA      [mem 0x0000000000001000-0x0000000000ffffff]\n"                  \
	"[    0.010000] Memory: 1000K/2000K available (10K kernel code, 20K reserved)\n"           \
	"[    0.020000] printk: legacy console [ttyS0] enabled\n"
	struct facts f;

	feed_log(&f,
		 EARLY EARLY "[    0.030000] On node 0, zone DMA: 1 pages in unavailable ranges\n");
	ck_assert_uint_eq(feed_count(&f, FACT_boot), 1);
	ck_assert_uint_eq(feed_count(&f, FACT_memory_range), 3);
	ck_num(feed_nth(&f, boot, 0)->e820_entries, 1);
	ck_num(feed_nth(&f, boot, 0)->ram_usable, 0x9fc00);
	facts_deinit(&f);
}
END_TEST

/* dump_stack_print_info(), show_regs() of 2.6 */
START_TEST(test_without_banner)
{
	struct facts f;

	feed_log(
		&f,
		"CPU: 0 UID: 0 PID: 177 Comm: a b Kdump: loaded Not tainted 6.12.0-211.el10.ppc64le "
		"#1 VOLUNTARY\n");
	ck_str(feed_nth(&f, boot, 0)->kernel, "6.12.0-211.el10.ppc64le");
	ck_str(feed_nth(&f, boot, 0)->arch, "ppc64");
	facts_deinit(&f);
	feed_log(&f, "Pid: 23105, comm: apt-check Tainted: G    B   W  2.6.30 #11\n");
	ck_str(feed_nth(&f, boot, 0)->kernel, "2.6.30");
	facts_deinit(&f);
	feed_log(&f, "INFO: task x:1 blocked for more than 120 seconds.\n"
		     "      Not tainted 5.10.3-gentoo-sparc64 #1\n");
	ck_str(feed_nth(&f, boot, 0)->kernel, "5.10.3-gentoo-sparc64");
	ck_str(feed_nth(&f, boot, 0)->arch, "sparc64");
	facts_deinit(&f);
	feed_log(&f, "EIP:    0060:[<c0149ea8>]    Not tainted VLI\nnobody (not) tainted 3.1\n");
	ck_assert_uint_eq(feed_count(&f, FACT_boot) ? feed_nth(&f, boot, 0)->kernel.n : 0, 0);
	facts_deinit(&f);
}
END_TEST

/* Reports of two kernels in one mail: two boots, the report that names the kernel is of the second.
 */
START_TEST(test_other_kernel)
{
	struct facts f;

	feed_log(&f, "a invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=0\n"
		     "CPU: 0 PID: 1 Comm: a Not tainted 4.18.0 #1\n"
		     "b invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=0\n"
		     "CPU: 0 PID: 1 Comm: b Not tainted 3.10.0 #1\n");
	ck_assert_uint_eq(feed_count(&f, FACT_boot), 2);
	ck_assert_int_eq(feed_nth(&f, oom, 0)->head.boot, 0);
	ck_assert_int_eq(feed_nth(&f, oom, 1)->head.boot, 1);
	ck_str(feed_nth(&f, boot, 1)->kernel, "3.10.0");
	ck_assert_uint_eq(feed_nth(&f, boot, 0)->last_line, 2);
	ck_assert_uint_eq(feed_nth(&f, boot, 1)->first_line, 3);
	facts_deinit(&f);
}
END_TEST

/* What each arch's setup_arch() and show_regs() print alone. */
START_TEST(test_arch)
{
	static const struct {
		const char *line, *arch;
	} cases[] = {
		{ "RIP: 0010:f+0x1/0x2", "x86_64" },
		{ "EIP: f+0x1/0x2", "i386" },
		{ "512MB LOWMEM available.", "i386" },
		{ "CPU: ARMv7 Processor [410fc075] revision 5 (ARMv7), cr=10c5387d", "arm" },
		{ "Booting Linux on physical CPU 0x0000000000 [0x410fd034]", "arm64" },
		{ "pstate: 60400005 (nZCv daif +PAN -UAO)", "arm64" },
		{ "hash-mmu: Page sizes from device-tree:", "ppc64" },
		{ "NIP:  c000000000014ac8 LR: c000000000014b00 CTR: 0000000000000000", "ppc64" },
		{ "NIP: c0014ac8 LR: c0014b00 CTR: 00000000", "ppc" },
		{ "PROMLIB: Sun IEEE Boot Prom 'OBP 4.30.4'", "sparc64" },
		{ "The 64-bit Kernel has started...", "parisc" },
		{ "CPU0 revision is: 00019374 (MIPS 24Kc)", "mips" },
		{ "setup: Linux is running as a z/VM guest operating system in 64-bit mode",
		  "s390" },
		{ "riscv: base ISA extensions acdfim", "riscv64" },
		{ "Booting on Tsunami variation Webbrick using machine vector Webbrick from SRM",
		  "alpha" },
		{ "64-bit Loongson Processor probed (LA464 Core)", "loongarch64" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct facts f;

		feed_log(&f, cases[i].line);
		ck_str(feed_nth(&f, boot, 0)->arch, cases[i].arch);
		facts_deinit(&f);
	}
}
END_TEST

/* alloc_large_system_hash(), pcpu_embed_first_chunk(); the PID hash of 2.6 prints its shift as
 * order. */
START_TEST(test_page_size)
{
	static const struct {
		const char *line;
		uint64_t bytes;
	} cases[] = {
		{ "Dentry cache hash table entries: 2097152 (order: 11, 16777216 bytes, linear)",
		  8192 },
		{ "Inode-cache hash table entries: 512 (order: 0, 65536 bytes)", 65536 },
		{ "futex hash table entries: 16 (order: -2, 1024 bytes, linear)", 4096 },
		{ "PID hash table entries: 4096 (order: 12, 32768 bytes)", 0 },
		{ "PID hash table entries: 512 (order 9: 4096 bytes)", 0 },
		{ "percpu: Embedded 12 pages/cpu s18272 r0 d30880 u49152", 4096 },
		{ "PERCPU: Embedded 8 pages/cpu @(ptrval) s27648 r8192 d29696 u65536", 8192 },
		{ "Dentry cache hash table entries: 1 (order: 99999999999, 1 bytes)", 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct facts f;
		struct num page = { 0 };

		feed_log(&f, cases[i].line);
		if (feed_count(&f, FACT_boot))
			page = feed_nth(&f, boot, 0)->page_size;
		ck_assert_uint_eq(num_or(page, 0), cases[i].bytes);
		facts_deinit(&f);
	}
}
END_TEST

static void ck_range(const struct facts *f, size_t i, const char *map, uint64_t start, uint64_t end)
{
	const struct fact_memory_range *r = feed_nth(f, memory_range, i);

	ck_assert_str_eq(r->map, map);
	ck_num(r->start, start);
	ck_num(r->end, end);
	ck_assert(!r->damaged);
}

/* e820_print_map() of 2.6, e820__print_table() of 6.12 and of 7.2 */
START_TEST(test_e820)
{
	struct facts f;

	feed_log(&f, " BIOS-e820: 0000000000000000 - 00000000000a0000 (usable)\n"
		     " BIOS-e820: 00000000fff00000 - 0000000100000000 (ACPI data)\n"
		     "BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable\n"
		     "BIOS-e820: [mem 0x0000000100000000-0x000000013fffffff] persistent (type 12)\n"
		     "BIOS-e820: [mem 0x0000000000000000-0x000000000009ffff]  System RAM\n"
		     "BIOS-e820: [gap 0x00000000000a0000-0x00000000000effff]\n"
		     " user: [mem 0x0000000000100000-0x00000000bffd6fff] usable\n"
		     "modified: [mem 0x0000000000100000-0x00000000bffd6fff] type 20\n"
		     "reserve setup_data: [mem 0x000000000009e310-0x000000000009e37f] usable\n"
		     "e820: update [mem 0x00000000-0x00000fff] usable ==> reserved\n"
		     "e820: remove [mem 0x000a0000-0x000fffff] usable\n"
		     "the user: logged in\n");
	ck_assert_uint_eq(feed_count(&f, FACT_memory_range), 10);
	ck_range(&f, 0, "bios-e820", 0, 0x9ffff);
	ck_str(feed_nth(&f, memory_range, 0)->type, "usable");
	ck_assert(!feed_nth(&f, memory_range, 0)->type_code.known);
	ck_range(&f, 1, "bios-e820", 0xfff00000, 0xffffffff);
	ck_num(feed_nth(&f, memory_range, 1)->type_code, 3);
	ck_range(&f, 2, "bios-e820", 0, 0x9fbff);
	ck_str(feed_nth(&f, memory_range, 3)->type, "persistent (type 12)");
	ck_num(feed_nth(&f, memory_range, 3)->type_code, 12);
	ck_str(feed_nth(&f, memory_range, 4)->type, "System RAM");
	ck_range(&f, 5, "user", 0x100000, 0xbffd6fff);
	ck_range(&f, 6, "modified", 0x100000, 0xbffd6fff);
	ck_num(feed_nth(&f, memory_range, 6)->type_code, 20);
	ck_range(&f, 7, "extended", 0x9e310, 0x9e37f);
	ck_range(&f, 8, "e820-update", 0, 0xfff);
	ck_str(feed_nth(&f, memory_range, 8)->type, "usable ==> reserved");
	ck_range(&f, 9, "e820-remove", 0xa0000, 0xfffff);
	ck_num(feed_nth(&f, boot, 0)->e820_entries, 5);
	ck_num(feed_nth(&f, boot, 0)->ram_usable, 0xa0000 + 0x9fc00 + 0xa0000);
	facts_deinit(&f);
}
END_TEST

/* Digits that a scanner lost or doubled: kept, marked where it shows, out of the sum. */
START_TEST(test_e820_damaged)
{
	struct facts f;

	feed_log(&f, "BIOS-e820: [mem 0x0000000000009f000-0x000000000000ffffff] reserved\n"
		     "BIOS-e820: [mem 0x0000000000ff000000-0x0000000000ffffff] usable\n"
		     "BIOS-e820: [mem 0x1234567890abcdef1234-0x1234567890abcdef5678] usable\n"
		     " BIOS-e820: 00000000000a0000 - 00000000000a0000 (usable)\n");
	ck_assert_uint_eq(feed_count(&f, FACT_memory_range), 4);
	ck_range(&f, 0, "bios-e820", 0x9f000, 0xffffff);
	for (size_t i = 1; i < 4; i++)
		ck_assert(feed_nth(&f, memory_range, i)->damaged);
	ck_num(feed_nth(&f, boot, 0)->e820_entries, 4);
	ck_assert(!feed_nth(&f, boot, 0)->ram_usable.known);
	facts_deinit(&f);
}
END_TEST

/* alloc_node_data() of x86, its generic successor, arm64's, and that of 2.6: added up */
START_TEST(test_node_data)
{
	struct facts f;

	feed_log(&f, "Linux version 6.1.0\n"
		     "NODE_DATA(0) allocated [mem 0x13fff9000-0x13fffdfff]\n"
		     "    NODE_DATA(1) on node 0\n"
		     "NUMA: NODE_DATA [mem 0x7fdf0100-0x7fdf1fff]\n"
		     "  NODE_DATA [0000000000001000 - 0000000000005fff]\n");
	ck_num(counters_get(&feed_nth(&f, boot, 0)->early_memory, "node_data"),
	       0x5000 + 0x1f00 + 0x5000);
	facts_deinit(&f);
}
END_TEST

/* free_area_init() of 6.12, with "Initmem setup node" of 4.x and 6.x */
START_TEST(test_zones)
{
	struct facts f;

	feed_log(&f, "Zone ranges:\n"
		     "  DMA      [mem 0x0000000000001000-0x0000000000ffffff]\n"
		     "  Normal   [mem 0x0000000100000000-0x000000017fffffff]\n"
		     "  Device   empty\n"
		     "Movable zone start for each node\n"
		     "  Node 0: 0x0000000140000000\n"
		     "Early memory node ranges\n"
		     "  node   0: [mem 0x0000000000001000-0x000000000009efff]\n"
		     "  node   1: [mem 0x0000000100000000-0x000000017fffffff]\n"
		     "Initmem setup node 0 [mem 0x0000000000001000-0x000000017fffffff]\n"
		     "Initmem setup node 1 as memoryless\n"
		     "On node 0, zone DMA: 97 pages in unavailable ranges\n"
		     "Zeroed struct page in unavailable ranges: 98 pages\n"
		     "Reserved but unavailable: 99 pages\n");
	ck_assert_uint_eq(feed_count(&f, FACT_memory_range), 11);
	ck_range(&f, 0, "zone", 0x1000, 0xffffff);
	ck_str(feed_nth(&f, memory_range, 0)->zone, "DMA");
	ck_range(&f, 1, "zone", 0x100000000, 0x17fffffff);
	ck_str(feed_nth(&f, memory_range, 2)->zone, "Device");
	ck_assert(feed_nth(&f, memory_range, 2)->empty);
	ck_assert_str_eq(feed_nth(&f, memory_range, 3)->map, "movable");
	ck_num(feed_nth(&f, memory_range, 3)->start, 0x140000000);
	ck_range(&f, 5, "early-node", 0x100000000, 0x17fffffff);
	ck_num(feed_nth(&f, memory_range, 5)->node, 1);
	ck_range(&f, 6, "initmem", 0x1000, 0x17fffffff);
	ck_assert(feed_nth(&f, memory_range, 7)->empty);
	ck_assert_str_eq(feed_nth(&f, memory_range, 8)->map, "unavailable");
	ck_num(feed_nth(&f, memory_range, 8)->pages, 97);
	ck_str(feed_nth(&f, memory_range, 8)->zone, "DMA");
	ck_num(feed_nth(&f, memory_range, 9)->pages, 98);
	ck_num(feed_nth(&f, memory_range, 10)->pages, 99);
	facts_deinit(&f);
}
END_TEST

/* free_area_init_nodes() of 2.6.32 (hex) and 2.6.18 (decimal): page numbers, end exclusive; the
 * page size is proved later. */
START_TEST(test_zones_in_pages)
{
	struct facts f;

	feed_log(&f, "Zone PFN ranges:\n"
		     "  DMA      0x00000010 -> 0x00001000\n"
		     "  Normal   0x00001000 -> 0x00001000\n"
		     "Movable zone start PFN for each node\n"
		     "early_node_map[1] active PFN ranges\n"
		     "    0: 0x00000010 -> 0x0000009f\n"
		     "Dentry cache hash table entries: 2097152 (order: 11, 16777216 bytes)\n"
		     "Zone PFN ranges:\n"
		     "  DMA             0 ->     4096\n");
	ck_assert_uint_eq(feed_count(&f, FACT_memory_range), 4);
	ck_range(&f, 0, "zone", 0x10ull * 8192, 0x1000ull * 8192 - 1);
	ck_assert(feed_nth(&f, memory_range, 1)->empty);
	ck_range(&f, 2, "early-node", 0x10ull * 8192, 0x9full * 8192 - 1);
	ck_range(&f, 3, "zone", 0, 4096ull * 8192 - 1);
	facts_deinit(&f);
}
END_TEST

/* mem_init_print_info() of 6.12; mem_init() of x86 2.6, arm 3.x and 2.6.2x, sparc64 2.6 */
START_TEST(test_memory_line)
{
	static const struct {
		const char *text;
		uint64_t available, total, reserved;
	} cases[] = {
		{ "Memory: 16496504K/16760768K available (8698K kernel code, 304K init, 256576K "
		  "reserved, 16384K cma-reserved, 0K highmem)",
		  16496504ull << 10, 16760768ull << 10, 256576ull << 10 },
		{ "Memory: 125312k/129720k available (1540k kernel code, 3860k reserved, 599k data)",
		  125312ull << 10, 129720ull << 10, 3860ull << 10 },
		{ "Memory: 64MB 64MB = 128MB total", 0, 128ull << 20, 0 },
		{ "Memory: 512MB = 512MB total\nMemory: 512264k/524288k available, 12024k reserved, "
		  "0K highmem",
		  512264ull << 10, 524288ull << 10, 12024ull << 10 },
		{ "Memory: 126080KB available (3784K code, 300K data, 144K init)", 126080ull << 10,
		  0, 0 },
		{ "Memory: 8251560k available (3112k kernel code) [fffff80000000000,1ff0000]",
		  8251560ull << 10, 0, 0 },
		{ "Memory: 2046372K/2096628K available (15688K kernel code, 2668K\nrwdata, 50256K "
		  "reserved, 0K cma-reserved, 1195908K highmem)",
		  2046372ull << 10, 2096628ull << 10, 50256ull << 10 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct fact_boot *b;
		struct facts f;

		feed_log(&f, cases[i].text);
		b = feed_nth(&f, boot, 0);
		ck_assert_uint_eq(num_or(b->mem_available, 0), cases[i].available);
		ck_assert_uint_eq(num_or(b->mem_total, 0), cases[i].total);
		ck_assert_uint_eq(num_or(b->mem_reserved, 0), cases[i].reserved);
		facts_deinit(&f);
	}
}
END_TEST

/* reserve_crashkernel() of x86 5.x, reserve_crashkernel_generic() of 6.12, riscv's of 6.1;
 * cma_declare_contiguous_nid(), fdt_init_reserved_mem(), rmem_cma_setup() */
START_TEST(test_reservations)
{
	struct facts f;

	feed_log(
		&f,
		"[    0.000000] Reserving 128MB of memory at 720MB for crashkernel (System RAM: "
		"5939MB)\n"
		"[    0.000000] " BANNER
		"[    0.000000] Reserving 256MB of low memory at 624MB for crashkernel (System low RAM: 2047MB)\n"
		"[    0.000000] crashkernel reserved: 0x00000000d7000000 - 0x00000000ef000000 (384 MB)\n"
		"[    0.000000] crashkernel: reserved 0x0000000080000000 - 0x0000000090000000 (256 MB)\n"
		"[    0.000000] cma: Reserved 16 MiB at 0x000000003f000000 on node -1\n"
		"[    0.000000] Reserved memory: created CMA memory pool at 0x0000000038000000, size 64 MiB\n"
		"[    0.000000] OF: reserved mem: 0x0000000080000000..0x000000008007ffff (512 KiB) nomap "
		"non-reusable mmode_resv0@80000000\n"
		"[    0.000000] crashkernel reservation failed - No suitable area found.\n");
	ck_assert_uint_eq(feed_count(&f, FACT_boot), 1); /* powerpc reserves before its banner */
	ck_range(&f, 0, "crashkernel", 720ull << 20, (848ull << 20) - 1);
	ck_range(&f, 1, "crashkernel", 624ull << 20, (880ull << 20) - 1);
	ck_range(&f, 2, "crashkernel", 0xd7000000, 0xeeffffff);
	ck_range(&f, 3, "crashkernel", 0x80000000, 0x8fffffff);
	ck_range(&f, 4, "cma", 0x3f000000, 0x3fffffff);
	ck_range(&f, 5, "cma", 0x38000000, 0x3bffffff);
	ck_range(&f, 6, "reserved-mem", 0x80000000, 0x8007ffff);
	ck_num(feed_nth(&f, boot, 0)->crashkernel, (128ull + 256 + 384 + 256) << 20);
	ck_str(feed_nth(&f, boot, 0)->crashkernel_error,
	       "crashkernel reservation failed - No suitable area found.");
	facts_deinit(&f);
}
END_TEST

/* acpi_numa_memory_affinity_init(), numa_cleanup_meminfo(), dummy_numa_init(), amd_numa_init(),
 * emu_setup_memblk(), e820__reserve_resources_late();
 * efi_print_memmap() of 6.12 and 3.x, reserve_regions(); memblock_dump() */
START_TEST(test_other_maps)
{
	struct facts f;

	feed(&f,
	     "ACPI: SRAT: Node 0 PXM 0 [mem 0x00000000-0x0009ffff]\n"
	     "ACPI: SRAT: Node 1 PXM 3 [mem 0x100000000-0x1ffffffff] hotplug\n"
	     "SRAT: Node 0 PXM 0 100000-c0000000\n"
	     "NUMA: Node 0 [mem 0x00000000-0x0009ffff] + [mem 0x00100000-0xbfffffff] -> [mem "
	     "0x00000000-0xbfffffff]\n"
	     "Faking a node at [mem 0x0000000000000000-0x00000001bbffffff]\n"
	     "Node 1 MemBase 0000000100000000 Limit 0000000140000000\n"
	     "Faking node 3 at [mem 0x0000000040000000-0x000000007fffffff] (1024MB)\n"
	     "Faking node 0 at 0000000000000000-0000000040000000 (1024MB)\n"
	     "e820: reserve RAM buffer [mem 0x0009fc00-0x0009ffff]\n"
	     "reserve RAM buffer: 000000007ffe0000 - 000000007fffffff \n"
	     "efi: mem01: [Conventional Memory|   |  |  |WB|WT|WC|UC] "
	     "range=[0x0000000000001000-0x000000000009ffff] (0MB)\n"
	     "efi: mem00: type=3, attr=0xf, range=[0x0000000000000000-0x0000000000001000) (0MB)\n"
	     "efi:   0x000040000000-0x00004007ffff [Loader Data|   |  |WB|WT|WC|UC]\n"
	     " memory[0]\t[0x0000000000001000-0x000000000009efff], 0x000000000009e000 bytes on "
	     "node 1 flags: 0x4\n"
	     " reserved[0x1]\t[0x0000000000000000-0x0000000000000fff], 0x1000 bytes\n");
	ck_assert_uint_eq(feed_count(&f, FACT_memory_range), 15);
	ck_range(&f, 0, "srat", 0, 0x9ffff);
	ck_range(&f, 1, "srat", 0x100000000, 0x1ffffffff);
	ck_num(feed_nth(&f, memory_range, 1)->node, 1);
	ck_str(feed_nth(&f, memory_range, 1)->type, "hotplug");
	ck_range(&f, 2, "srat", 0x100000, 0xbfffffff);
	ck_range(&f, 3, "node", 0, 0xbfffffff);
	ck_range(&f, 4, "node", 0, 0x1bbffffff);
	ck_range(&f, 5, "node", 0x100000000, 0x13fffffff);
	ck_range(&f, 6, "node", 0x40000000, 0x7fffffff);
	ck_num(feed_nth(&f, memory_range, 6)->node, 3);
	ck_range(&f, 7, "node", 0, 0x3fffffff);
	ck_range(&f, 8, "e820-reserve", 0x9fc00, 0x9ffff);
	ck_range(&f, 9, "e820-reserve", 0x7ffe0000, 0x7fffffff);
	ck_range(&f, 10, "efi", 0x1000, 0x9ffff);
	ck_str(feed_nth(&f, memory_range, 10)->type, "Conventional Memory");
	ck_range(&f, 11, "efi", 0, 0xfff);
	ck_range(&f, 12, "efi", 0x40000000, 0x4007ffff);
	ck_str(feed_nth(&f, memory_range, 12)->type, "Loader Data");
	ck_range(&f, 13, "memblock.memory", 0x1000, 0x9efff);
	ck_num(feed_nth(&f, memory_range, 13)->type_code, 4);
	ck_range(&f, 14, "memblock.reserved", 0, 0xfff);
	facts_deinit(&f);
}
END_TEST

/* memblock_alloc_try_nid(), memblock_reserve(), memblock_phys_free() since 5.16, memblock_free()
 * with the end behind the last byte before 3.14 */
START_TEST(test_memblock_calls)
{
	struct facts f;

	feed(&f,
	     "Linux version 6.12.0 (a@b) #1 SMP\n"
	     "memblock_reserve: [0x0000000000000000-0x00000000000fffff] setup_arch+0x80c/0xb30\n"
	     "memblock_alloc_try_nid: 104 bytes align=0x40 nid=-1 from=0x0000000000000000 "
	     "max_addr=0x0000000000000000 firmware_map_add_early+0x2d/0x60\n"
	     "memblock_reserve: [0x00000000fffff040-0x00000000fffff0a7] nid=0 flags=0 "
	     "memblock_alloc_range_nid+0xe1/0x180\n"
	     "memblock_reserve: [0x00000000ffffe000-0x00000000ffffefff] "
	     "memblock_alloc_range_nid+0xe1/0x180\n"
	     "memblock_phys_free: [0x00000000ffffe000-0x00000000ffffefff] a+0x219/0x300\n"
	     "Linux version 3.10.0 (a@b) #1 SMP\n"
	     "   memblock_free: [0x0000001f442000-0x0000001f600000] pcpu_embed_first_chunk+0x25/0x76\n"
	     "memblock_reserve: [0x00000000001000-0x00000000002000] __alloc_memory_core_early+0x1/0x2\n");
	ck_assert_uint_eq(feed_count(&f, FACT_memory_range), 6);
	ck_range(&f, 0, "memblock-reserve", 0, 0xfffff);
	ck_str(feed_nth(&f, memory_range, 0)->type, "setup_arch");
	ck_range(&f, 1, "memblock-reserve", 0xfffff040, 0xfffff0a7);
	ck_str(feed_nth(&f, memory_range, 1)->type, "firmware_map_add_early");
	ck_str(feed_nth(&f, memory_range, 2)->type, "memblock_alloc_range_nid");
	ck_range(&f, 3, "memblock-free", 0xffffe000, 0xffffefff);
	ck_range(&f, 4, "memblock-free", 0x1f442000, 0x1f5fffff);
	ck_range(&f, 5, "memblock-reserve", 0x1000, 0x1fff);
	facts_deinit(&f);
}
END_TEST

Suite *unit_suite(void)
{
	return unit_of("boot", test_banner, test_two_boots, test_replay, test_without_banner,
		       test_other_kernel, test_arch, test_page_size, test_e820, test_e820_damaged,
		       test_zones, test_node_data, test_zones_in_pages, test_memory_line,
		       test_reservations, test_other_maps, test_memblock_calls);
}
