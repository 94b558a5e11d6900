// SPDX-License-Identifier: GPL-2.0-or-later
// Loads for the guests of tests/vm: each way of using up memory that user space has, without a
// kernel module. Linked static, run by the guest's scripts as "load NAME ARGS".
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crowd.h"

enum { PAGE = 4096, PIPE_PAGES = 256 };

static const size_t MIB = 1 << 20;

static void die(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
	exit(1);
}

static long arg(int argc, char **argv, int i, long otherwise)
{
	return i < argc ? strtol(argv[i], NULL, 0) : otherwise;
}

/** Says what it holds and keeps it for ever. */
static int hold(const char *what, long n)
{
	printf("load: %s %ld\n", what, n);
	fflush(stdout);
	while (pause())
		;
	return 0;
}

/** Anonymous memory without huge pages, so that it grows page by page. */
static char *anon(size_t size)
{
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		die("mmap");
	madvise(p, size, MADV_NOHUGEPAGE);
	return p;
}

/** Half of every page is noise: it compresses, but not to nothing. */
static void dirty(char *p, size_t size)
{
	uint64_t x = 88172645463325252ULL;

	for (size_t i = 0; i < size; i += PAGE)
		for (size_t j = 0; j < PAGE / 2; j += sizeof(x)) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			memcpy(p + i + j, &x, sizeof(x));
		}
}

/* hog MIB [SECONDS]: touches anonymous memory; with SECONDS it leaves then, else it stays. */
static int hog(int argc, char **argv)
{
	long mib = arg(argc, argv, 2, 64);
	char *p = anon(mib * MIB);

	for (long i = 0; i < mib; i++)
		dirty(p + i * MIB, MIB);
	if (argc > 3) {
		sleep(arg(argc, argv, 3, 0));
		return 0;
	}
	return hold("hog MiB", mib);
}

/* bind NODE MIB: the same, all from one NUMA node. */
static int bind_node(int argc, char **argv)
{
	unsigned long mask = 1UL << arg(argc, argv, 2, 0);
	enum { BIND = 2 };

	if (syscall(SYS_set_mempolicy, BIND, &mask, 64))
		die("set_mempolicy");
	return hog(argc - 1, argv + 1);
}

/* lock MIB: locked memory. */
static int lock(int argc, char **argv)
{
	long mib = arg(argc, argv, 2, 16);
	char *p = anon(mib * MIB);

	if (mlock(p, mib * MIB))
		die("mlock");
	return hold("locked MiB", mib);
}

/* huge MIB: pages of the hugetlb pool. */
static int huge(int argc, char **argv)
{
	long mib = arg(argc, argv, 2, 16);
	char *p = mmap(NULL, mib * MIB, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);

	if (p == MAP_FAILED)
		die("hugetlb mmap");
	for (long i = 0; i < mib; i += 2)
		p[i * MIB] = 1;
	return hold("huge MiB", mib);
}

/* tables PAGES: page tables. A read fault every 2 MiB maps the zero page and costs a table. */
static int tables(int argc, char **argv)
{
	long n = arg(argc, argv, 2, 1000);
	volatile char *p = anon(n * 2 * MIB);

	for (long i = 0; i < n; i++)
		(void)p[i * 2 * MIB];
	return hold("page tables", n);
}

/* file MIB PATH: writes a file. */
static int file(int argc, char **argv)
{
	long mib = arg(argc, argv, 2, 16), i;
	int fd = open(argv[3], O_CREAT | O_RDWR, 0600);
	char *buf = anon(MIB);

	if (fd < 0)
		die(argv[3]);
	memset(buf, 's', MIB);
	for (i = 0; i < mib; i++)
		if (write(fd, buf, MIB) != (ssize_t)MIB)
			break;
	printf("load: file MiB %ld\n", i);
	return 0;
}

/* names N DIR: empty files, that is inodes and dentries. */
static int names(int argc, char **argv)
{
	long n = arg(argc, argv, 2, 1000), i;
	char path[300];

	for (i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%08ld", argv[3], i);
		int fd = open(path, O_CREAT | O_WRONLY, 0600);
		if (fd < 0)
			break;
		close(fd);
	}
	printf("load: names %ld\n", i);
	return 0;
}

/* messages MIB: System V messages: slab objects that no process owns. */
static int messages(int argc, char **argv)
{
	enum { TEXT = 4000, QUEUE = 4 << 20 };
	struct {
		long type;
		char text[TEXT];
	} m = { .type = 1 };
	long mib = arg(argc, argv, 2, 16), sent = 0;

	while (sent * PAGE < mib * (long)MIB) {
		int q = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
		if (q < 0)
			die("msgget");
		for (int i = 0; i < QUEUE / PAGE; i++, sent++)
			if (msgsnd(q, &m, TEXT, IPC_NOWAIT))
				die("msgsnd");
	}
	printf("load: messages %ld\n", sent);
	return 0;
}

static void raise_file_limit(void)
{
	struct rlimit r = { 500000, 500000 };

	if (setrlimit(RLIMIT_NOFILE, &r))
		die("setrlimit");
}

static int pipe_write(long pages)
{
	static char buf[PIPE_PAGES * PAGE];
	int fd[2];

	if (pipe(fd))
		die("pipe");
	if (fcntl(fd[1], F_SETPIPE_SZ, PIPE_PAGES * PAGE) < 0)
		die("F_SETPIPE_SZ");
	for (long i = 0; i < pages; i++)
		if (write(fd[1], buf, PAGE) != PAGE)
			die("pipe write");
	return fd[0];
}

/** A number from LOW to HIGH that nobody knew before. */
static long draw(long low, long high)
{
	uint64_t x = 0;

	if (syscall(SYS_getrandom, &x, sizeof(x), 0) != sizeof(x))
		die("getrandom");
	return low + (long)(x % (uint64_t)(high - low + 1));
}

/* pipes LOW HIGH: holds a number of pages drawn from there in pipes: plain alloc_page() pages. */
static int pipes(int argc, char **argv)
{
	long low = arg(argc, argv, 2, 1000), n = draw(low, arg(argc, argv, 3, low));

	raise_file_limit();
	for (long left = n; left > 0; left -= PIPE_PAGES)
		pipe_write(left < PIPE_PAGES ? left : PIPE_PAGES);
	return hold("pages", n);
}

/* ring LOW HIGH ORDER: a packet socket's receive ring of so many blocks, each __get_free_pages().
 */
static int ring(int argc, char **argv)
{
	long low = arg(argc, argv, 2, 100), n = draw(low, arg(argc, argv, 3, low));
	long order = arg(argc, argv, 4, 0);
	int fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
	struct tpacket_req r = {
		.tp_block_size = (unsigned)PAGE << order,
		.tp_block_nr = (unsigned)n,
		.tp_frame_size = PAGE,
		.tp_frame_nr = (unsigned)n << order,
	};

	if (fd < 0)
		die("packet socket");
	if (setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &r, sizeof(r)))
		die("PACKET_RX_RING");
	return hold("ring pages", n << order);
}

static long free_mib(void)
{
	struct sysinfo s;

	if (sysinfo(&s))
		die("sysinfo");
	return (long)(s.freeram * s.mem_unit / MIB);
}

/*
 * tear MIB: takes pages two by two until so little is free, then gives every other one back: memory
 * is free in single pages, and what lies between cannot be moved.
 */
static int tear(int argc, char **argv)
{
	static char buf[PAGE];
	enum { MOST = 4096 };
	long until = arg(argc, argv, 2, 6), torn = 0;
	int keep[2], drop[2], readers[MOST], n = 0;

	raise_file_limit();
	while (n < MOST && free_mib() > until) {
		if (pipe(keep) || pipe2(drop, O_NONBLOCK) ||
		    fcntl(keep[1], F_SETPIPE_SZ, PIPE_PAGES * PAGE) < 0 ||
		    fcntl(drop[1], F_SETPIPE_SZ, PIPE_PAGES * PAGE) < 0)
			die("pipe");
		readers[n++] = drop[0];
		for (int i = 0; i < PIPE_PAGES; i++, torn++)
			if (write(keep[1], buf, PAGE) != PAGE || write(drop[1], buf, PAGE) != PAGE)
				die("pipe write");
	}
	for (int i = 0; i < n; i++)
		while (read(readers[i], buf, PAGE) > 0)
			;
	return hold("torn pages", torn);
}

/* buffers N: as many empty pipes, each with one kmalloc() of order 3 for its 512 slots. */
static int buffers(int argc, char **argv)
{
	long n = arg(argc, argv, 2, 100), i;
	int fd[2];

	raise_file_limit();
	for (i = 0; i < n; i++)
		if (pipe(fd) || fcntl(fd[1], F_SETPIPE_SZ, 512 * PAGE) < 0)
			break;
	return hold("buffers", i);
}

/* control BYTES: a sendmsg() whose control data the kernel copies to one kmalloc(). */
static int control(int argc, char **argv)
{
	long size = arg(argc, argv, 2, 1 << 20);
	struct msghdr m = { .msg_control = anon(size), .msg_controllen = size };
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, fd))
		die("socketpair");
	((struct cmsghdr *)m.msg_control)->cmsg_len = 1;
	if (sendmsg(fd[0], &m, 0) < 0)
		printf("load: sendmsg: %s\n", strerror(errno));
	return 0;
}

static void *sleeper(void *nothing)
{
	for (;;)
		pause();
	return nothing;
}

/* threads N: kernel stacks. */
static int threads(int argc, char **argv)
{
	long n = arg(argc, argv, 2, 100), i;
	pthread_attr_t a;
	pthread_t t;

	pthread_attr_init(&a);
	pthread_attr_setstacksize(&a, 64 << 10);
	for (i = 0; i < n; i++)
		if (pthread_create(&t, &a, sleeper, NULL))
			break;
	return hold("threads", i);
}

/* What a flood of clones() goes through: a frame on the loopback device that nobody answers. */
static int frame_socket(struct sockaddr_ll *to)
{
	int fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));

	*to = (struct sockaddr_ll){ .sll_family = AF_PACKET,
				    .sll_protocol = htons(ETH_P_ALL),
				    .sll_ifindex = (int)if_nametoindex("lo"),
				    .sll_halen = 6 };
	if (fd < 0)
		die("packet socket");
	return fd;
}

/*
 * clones SOCKETS FRAMES: so many sockets listen to the loopback device: each frame is cloned once
 * for each of them, in interrupt context, where nothing may wait for memory.
 */
static int clones(int argc, char **argv)
{
	long sockets = arg(argc, argv, 2, 500), frames = arg(argc, argv, 3, 1000), sent = 0;
	int room = 1 << 30, out;
	struct sockaddr_ll to;
	static char frame[64];

	raise_file_limit();
	for (long i = 0; i < sockets; i++) {
		int fd = frame_socket(&to);
		if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) ||
		    bind(fd, (struct sockaddr *)&to, sizeof(to)))
			die("listen");
	}
	out = frame_socket(&to);
	for (long i = 0; i < frames; i++)
		sent += sendto(out, frame, sizeof(frame), 0, (struct sockaddr *)&to, sizeof(to)) >
			0;
	return hold("frames", sent);
}

/* crash KERNEL INITRD CMDLINE: loads a crash kernel for the next panic. */
static int crash(int argc, char **argv)
{
	enum { ON_CRASH = 2 };
	int kernel = open(argv[2], O_RDONLY), initrd = open(argv[3], O_RDONLY);

	if (argc < 5 || kernel < 0 || initrd < 0)
		die("crash kernel");
	if (syscall(SYS_kexec_file_load, kernel, initrd, strlen(argv[4]) + 1, argv[4], ON_CRASH))
		die("kexec_file_load");
	return 0;
}

/* maps MIB: BPF arrays of 16 MiB each, which vmalloc() holds and no process owns. */
static int maps(int argc, char **argv)
{
	enum { EACH = 16 };
	union bpf_attr a = { .map_type = BPF_MAP_TYPE_ARRAY,
			     .key_size = 4,
			     .value_size = PAGE,
			     .max_entries = EACH * MIB / PAGE };
	struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };
	long mib = arg(argc, argv, 2, EACH), i;

	if (setrlimit(RLIMIT_MEMLOCK, &all))
		die("setrlimit");
	for (i = 0; i < mib; i += EACH)
		if (syscall(SYS_bpf, BPF_MAP_CREATE, &a, sizeof(a)) < 0)
			die("BPF_MAP_CREATE");
	return hold("maps MiB", i);
}

/* poison PAGES: the machine says that these pages of the process have bad memory. */
static int poison(int argc, char **argv)
{
	long n = arg(argc, argv, 2, 1);
	char *p = anon((size_t)n * PAGE);

	dirty(p, (size_t)n * PAGE);
	for (long i = 0; i < n; i++)
		if (madvise(p + i * PAGE, PAGE, MADV_HWPOISON))
			die("MADV_HWPOISON");
	return hold("poisoned", n);
}

/* forks N: processes that start, touch a little and end; none stays. */
static int forks(int argc, char **argv)
{
	long n = arg(argc, argv, 2, 100);

	for (long i = 0; i < n; i++) {
		pid_t p = fork();
		if (p < 0)
			die("fork");
		if (!p) {
			dirty(anon(MIB), MIB);
			_exit(0);
		}
		if (i % 4 == 3)
			while (waitpid(-1, NULL, 0) > 0)
				;
	}
	return 0;
}

/* send NAME FILE...: what is in those that can be read, each behind a line with its name. */
static int send_files(int argc, char **argv)
{
	static char buf[1 << 14];
	ssize_t n;

	for (int i = 3; i < argc; i++) {
		int fd = open(argv[i], O_RDONLY | O_NONBLOCK);
		if (fd < 0)
			continue;
		printf("=@= %s%s\n", argv[2], argv[i]);
		while ((n = read(fd, buf, sizeof(buf))) > 0)
			fwrite(buf, 1, (size_t)n, stdout);
		close(fd);
	}
	return 0;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(int argc, char **argv);
	} loads[] = {
		{ "hog", hog },		{ "bind", bind_node },	  { "lock", lock },
		{ "huge", huge },	{ "tables", tables },	  { "file", file },
		{ "names", names },	{ "messages", messages }, { "pipes", pipes },
		{ "ring", ring },	{ "tear", tear },	  { "buffers", buffers },
		{ "control", control }, { "threads", threads },	  { "send", send_files },
		{ "forks", forks },	{ "clones", clones },	  { "crash", crash },
		{ "poison", poison },	{ "maps", maps },	  { "crowd", crowd },
		{ "spin", spin },	{ "chatter", chatter },	  { "moment", moment },
	};

	for (size_t i = 0; argc > 1 && i < sizeof(loads) / sizeof(*loads); i++)
		if (!strcmp(argv[1], loads[i].name)) {
			prctl(PR_SET_NAME, argv[1]);
			return loads[i].run(argc, argv);
		}
	fprintf(stderr, "load: which?\n");
	return 2;
}
