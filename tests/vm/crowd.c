// SPDX-License-Identifier: GPL-2.0-or-later
// A crowd for the guests of tests/vm whose memory is dumped: tasks that sleep in as many places of
// the kernel as user space can reach without devices. "load crowd N" makes N of them and waits.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <linux/futex.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <linux/userfaultfd.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "crowd.h"

enum { PAGE = 4096, DAY = 86400 };

static void in_pause(void)
{
	pause();
}

static void in_nanosleep(void)
{
	sleep(DAY);
}

static void in_pipe_read(void)
{
	int fd[2];
	char c;

	if (!pipe(fd))
		(void)!read(fd[0], &c, 1);
}

static void in_pipe_write(void)
{
	static char buf[1 << 20];
	int fd[2];

	if (!pipe(fd))
		(void)!write(fd[1], buf, sizeof(buf));
}

static void in_poll(void)
{
	struct pollfd p = { .events = POLLIN };
	int fd[2];

	if (!pipe(fd)) {
		p.fd = fd[0];
		poll(&p, 1, -1);
	}
}

static void in_select(void)
{
	fd_set set;
	int fd[2];

	if (pipe(fd))
		return;
	FD_ZERO(&set);
	FD_SET(fd[0], &set);
	select(fd[0] + 1, &set, NULL, NULL, NULL);
}

static void in_epoll(void)
{
	struct epoll_event e;

	epoll_wait(epoll_create1(0), &e, 1, -1);
}

static void in_futex(void)
{
	static int word;

	syscall(SYS_futex, &word, FUTEX_WAIT, 0, NULL);
}

static void in_futex_timeout(void)
{
	struct timespec t = { .tv_sec = DAY };
	static int word;

	syscall(SYS_futex, &word, FUTEX_WAIT, 0, &t);
}

static void in_wait(void)
{
	if (fork())
		wait(NULL);
	pause();
}

static void in_sigwait(void)
{
	sigset_t s;
	int sig;

	sigemptyset(&s);
	sigaddset(&s, SIGUSR1);
	sigprocmask(SIG_BLOCK, &s, NULL);
	sigwait(&s, &sig);
}

static void in_msgrcv(void)
{
	char buf[64];

	msgrcv(msgget(IPC_PRIVATE, IPC_CREAT | 0600), buf, sizeof(buf) - sizeof(long), 0, 0);
}

static void in_semop(void)
{
	struct sembuf op = { .sem_op = -1 };

	semop(semget(IPC_PRIVATE, 1, IPC_CREAT | 0600), &op, 1);
}

static void in_flock(void)
{
	int fd = open("/tmp/flock", O_CREAT | O_RDWR | O_CLOEXEC, 0600);

	flock(fd, LOCK_EX);
	pause();
}

static void in_fcntl_lock(void)
{
	struct flock l = { .l_type = F_WRLCK, .l_len = 1 };
	int fd = open("/tmp/fcntl", O_CREAT | O_RDWR | O_CLOEXEC, 0600);

	fcntl(fd, F_SETLKW, &l);
	pause();
}

static void in_unix_recv(void)
{
	int fd[2];
	char c;

	if (!socketpair(AF_UNIX, SOCK_STREAM, 0, fd))
		recv(fd[0], &c, 1, 0);
}

static void in_unix_accept(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "/tmp/s%d", getpid());
	bind(fd, (struct sockaddr *)&a, sizeof(a));
	listen(fd, 1);
	accept(fd, NULL, NULL);
}

static void in_udp_recv(void)
{
	char c;

	recv(socket(AF_INET, SOCK_DGRAM, 0), &c, 1, 0);
}

static void in_eventfd(void)
{
	eventfd_t v;

	eventfd_read(eventfd(0, 0), &v);
}

static void in_timerfd(void)
{
	struct itimerspec t = { .it_value.tv_sec = DAY };
	int fd = timerfd_create(CLOCK_MONOTONIC, 0);
	char buf[8];

	timerfd_settime(fd, 0, &t, NULL);
	(void)!read(fd, buf, sizeof(buf));
}

static void in_inotify(void)
{
	char buf[1024];

	(void)!read(inotify_init(), buf, sizeof(buf));
}

static void in_signalfd(void)
{
	struct signalfd_siginfo i;
	sigset_t s;

	sigemptyset(&s);
	sigaddset(&s, SIGUSR2);
	(void)!read(signalfd(-1, &s, 0), &i, sizeof(i));
}

static void in_vfork(void)
{
	if (!vfork())
		for (;;)
			pause();
}

/* Number 1 of a namespace of its own. */
static void in_namespace(void)
{
	if (!unshare(CLONE_NEWPID) && !fork())
		prctl(PR_SET_NAME, "crowd (inner)");
	pause();
}

static void in_stop(void)
{
	raise(SIGSTOP);
}

static void in_ptrace(void)
{
	if (!fork()) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGUSR1);
	}
	pause();
}

static void a_zombie(void)
{
	if (fork())
		pause();
	_exit(0);
}

static void in_mq_receive(void)
{
	struct mq_attr a = { .mq_maxmsg = 1, .mq_msgsize = 16 };
	char name[32], buf[16];

	snprintf(name, sizeof(name), "/q%d", getpid());
	mq_receive(mq_open(name, O_CREAT | O_RDWR, 0600, &a), buf, sizeof(buf), NULL);
}

static void in_pty_read(void)
{
	char c;

	(void)!read(posix_openpt(O_RDWR | O_NOCTTY), &c, 1);
}

static void in_tun_read(void)
{
	struct ifreq r = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR);
	char buf[2048];

	if (fd < 0 || ioctl(fd, TUNSETIFF, &r))
		pause();
	(void)!read(fd, buf, sizeof(buf));
}

/** A page whose faults wait for somebody who never comes. */
static char *unserved(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register r = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	int fd = (int)syscall(SYS_userfaultfd, 0);
	char *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	r.range.start = (unsigned long)p;
	r.range.len = PAGE;
	if (fd < 0 || ioctl(fd, UFFDIO_API, &api) || ioctl(fd, UFFDIO_REGISTER, &r))
		return NULL;
	return p;
}

/* A page fault of user mode. */
static void in_fault(void)
{
	volatile char *p = unserved();

	if (p)
		*p = 1;
	pause();
}

/* A page fault of the kernel, in the middle of a read(). */
static void in_kernel_fault(void)
{
	char *p = unserved();

	if (p)
		(void)!read(open("/proc/self/stat", O_RDONLY), p, 64);
	pause();
}

static void *in_thread(void *number)
{
	switch ((long)number % 4) {
	case 0:
		in_futex();
		break;
	case 1:
		in_nanosleep();
		break;
	case 2:
		in_epoll();
		break;
	default:
		in_eventfd();
	}
	return NULL;
}

static void with_threads(void)
{
	pthread_attr_t a;
	pthread_t t;

	pthread_attr_init(&a);
	pthread_attr_setstacksize(&a, 64 << 10);
	for (long i = 0; i < 12; i++)
		pthread_create(&t, &a, in_thread, (void *)i);
	pause();
}

/* What the kernel asks of a FUSE server: only INIT is answered. */
static void serve(int fd)
{
	struct {
		unsigned int len;
		int error;
		unsigned long long unique;
		unsigned int major, minor, words[14];
	} out = { .len = sizeof(out), .major = 7, .minor = 26 };
	static char in[1 << 17];

	if (read(fd, in, sizeof(in)) > 0) {
		memcpy(&out.unique, in + 8, sizeof(out.unique));
		out.words[3] = PAGE; /* max_write */
		(void)!write(fd, &out, sizeof(out));
	}
	while (read(fd, in, sizeof(in)) > 0)
		;
	pause();
}

/* A file system that does not answer, and who waits for it. */
static void with_fuse(void)
{
	int fd = open("/dev/fuse", O_RDWR);
	char options[80];
	struct stat st;

	mkdir("/tmp/fuse", 0700);
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0", fd);
	if (fd < 0 || mount("fuse", "/tmp/fuse", "fuse", 0, options))
		pause();
	if (!fork())
		serve(fd);
	stat("/tmp/fuse/name", &st);
	pause();
}

static void (*const kinds[])(void) = {
	in_pause,	  in_nanosleep,	 in_pipe_read, in_pipe_write,  in_poll,	    in_select,
	in_epoll,	  in_futex,	 in_wait,      in_sigwait,     in_msgrcv,   in_semop,
	in_flock,	  in_fcntl_lock, in_unix_recv, in_unix_accept, in_udp_recv, in_eventfd,
	in_timerfd,	  in_inotify,	 in_signalfd,  in_vfork,       in_stop,	    in_ptrace,
	a_zombie,	  in_mq_receive, in_pty_read,  in_tun_read,    in_fault,    in_kernel_fault,
	in_futex_timeout, in_namespace,
};

static void member(void (*run)(void), long number)
{
	char name[16];

	if (fork())
		return;
	snprintf(name, sizeof(name), "crowd (%ld)", number);
	prctl(PR_SET_NAME, name);
	run();
	for (;;)
		pause();
}

int crowd(int argc, char **argv)
{
	long n = argc > 2 ? strtol(argv[2], NULL, 0) : 100;
	enum { KINDS = sizeof(kinds) / sizeof(*kinds) };

	member(with_fuse, -1);
	for (long i = 0; i < 3; i++)
		member(with_threads, -2 - i);
	for (long i = 0; i < n; i++)
		member(kinds[i % KINDS], i);
	sleep(2);
	printf("load: crowd %ld\n", n);
	fflush(stdout);
	for (;;)
		pause();
}

/* What one moment looked like, kept until it is told. */
struct story {
	char *p;
	size_t n, room;
};

static void tell(struct story *s, const char *text, size_t n)
{
	if (s->n + n > s->room) {
		s->room = 2 * (s->room + n);
		s->p = realloc(s->p, s->room);
		if (!s->p)
			exit(1);
	}
	memcpy(s->p + s->n, text, n);
	s->n += n;
}

static void tell_file(struct story *s, const char *name, const char *path)
{
	char buf[1 << 14], head[PATH_MAX + 64];
	int fd = open(path, O_RDONLY);
	ssize_t n;

	if (fd < 0)
		return;
	tell(s, head, (size_t)snprintf(head, sizeof(head), "=@= %s%s\n", name, path));
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		tell(s, buf, (size_t)n);
	close(fd);
}

/* FNV-1a */
static unsigned long long checksum(const struct story *s)
{
	unsigned long long h = 0xcbf29ce484222325;

	for (size_t i = 0; i < s->n; i++)
		h = (h ^ (unsigned char)s->p[i]) * 0x100000001b3;
	return h;
}

/*
 * moment NAME PATTERN...: files as send does, but all of them are read before any is written, the
 * last pattern's last, by one process that then sleeps: whoever dumps memory now finds what they
 * said.
 */
int moment(int argc, char **argv)
{
	int out = open("/dev/ttyS1", O_WRONLY);
	struct story s = { 0 };
	char sum[80];
	glob_t g;

	for (int i = 3; i < argc; i++) {
		if (glob(argv[i], 0, NULL, &g))
			continue;
		for (size_t k = 0; k < g.gl_pathc; k++)
			tell_file(&s, argv[2], g.gl_pathv[k]);
	}
	/* the host must know whether the line lost some of it */
	snprintf(sum, sizeof(sum), "\n=@= sum\n%zu %016llx\n=@= end\n1\n", s.n, checksum(&s));
	tell(&s, sum, strlen(sum));
	for (size_t at = 0; at < s.n;) {
		ssize_t n = write(out, s.p + at, s.n - at);

		if (n <= 0)
			return 1;
		at += (size_t)n;
	}
	for (;;)
		pause();
}

/* spin: keeps a CPU in user mode. */
int spin(int argc, char **argv)
{
	volatile unsigned long n = 0;

	(void)argc;
	(void)argv;
	for (;;)
		n++;
}

/* chatter: datagrams to oneself: softirqs all the time. */
int chatter(int argc, char **argv)
{
	struct {
		unsigned short family, port;
		unsigned int addr;
		char zero[8];
	} a = { .family = AF_INET, .addr = 0x0100007f };
	int to = socket(AF_INET, SOCK_DGRAM, 0);
	socklen_t len = sizeof(a);
	char buf[512] = "";

	(void)argc;
	(void)argv;
	if (bind(to, (struct sockaddr *)&a, sizeof(a)) ||
	    getsockname(to, (struct sockaddr *)&a, &len))
		return 1;
	for (;;) {
		sendto(to, buf, sizeof(buf), 0, (struct sockaddr *)&a, sizeof(a));
		recv(to, buf, sizeof(buf), MSG_DONTWAIT);
	}
}
