// SPDX-License-Identifier: GPL-2.0-or-later
// Taking the dressing off a line: info_print_prefix() and msg_print_ext_header() of
// kernel/printk/printk.c, and what everybody who carries kernel messages puts before them.
//
// A prefix is taken off piece by piece: each taker looks at the front of what is left and takes one
// kind of piece, until none knows what it sees.
#include "log/undress.h"

#include "base/cleanup.h"
#include "log/around.h"
#include "log/clock.h"
#include "log/logcat.h"
#include "log/vendor.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The state of one line while its pieces are taken off. */
struct dressing {
	struct str s; /* what is left */
	struct undressed *u;
	bool host;	/* a host name and a tag may follow */
	bool bare_host; /* a host name follows, even without a tag */
	bool dated;	/* a wall clock was there */
	bool clock;	/* the kernel's clock was there */
	bool rfc5424;
};

static bool take(struct dressing *d, const struct scan *to)
{
	d->s = scan_rest(to);
	d->u->line.prefixed = true;
	return true;
}

static void skip_blank(struct str *s)
{
	if (s->n && s->p[0] == ' ')
		*s = str_from(*s, 1);
}

static struct str skip_blanks(struct str s)
{
	struct scan sc = scan_of(s);

	scan_blanks(&sc);
	return scan_rest(&sc);
}

/* ">", "> ", "| ", ": ", any number; what is indented by the quoting mailer, too. */
static void strip_quotes(struct dressing *d)
{
	for (;;) {
		struct str t = skip_blanks(d->s);

		if (t.n && t.p[0] == '>') {
			t = str_from(t, 1);
			skip_blank(&t);
		} else if (d->s.n > 1 && (d->s.p[0] == '|' || d->s.p[0] == ':') &&
			   d->s.p[1] == ' ') {
			t = str_from(d->s, 2);
		} else {
			return;
		}
		d->s = t;
		d->u->quotes++;
	}
}

static bool dated_or_clocked(struct str s)
{
	struct clock ignored;

	return clock_syslog(&s, &ignored) || clock_iso(&s, &ignored) || clock_kernel(&s, &ignored);
}

/* "<4>", "<30>": only a number that can be a level; "<41>" in a Code line is none. */
static bool take_level(struct dressing *d)
{
	struct scan sc = scan_of(d->s), version;
	uint64_t pri;

	if (!scan_char(&sc, '<') || str_starts(scan_rest(&sc), "0") !=
					    (sc.end - sc.p > 1 && sc.p[0] == '0' && sc.p[1] == '>'))
		return false;
	if (!scan_u64(&sc, &pri) || pri > 191 || !scan_char(&sc, '>'))
		return false;
	version = sc;
	d->rfc5424 = scan_lit(&version, "1 ") && version.p < version.end &&
		     (is_digit(*version.p) || *version.p == '-');
	if (pri > 7 && !d->rfc5424 && !dated_or_clocked(scan_rest(&sc)))
		return false;
	d->u->kernel = pri <= 7;
	d->u->line.priority = (int)(pri & 7);
	return take(d, d->rfc5424 ? &version : &sc);
}

/* "[  T123]", "[ C1]": print_caller(); dmesg of util-linux puts a blank before it. */
static void take_caller(struct dressing *d)
{
	struct scan sc = scan_of(d->s);
	const char *start;
	uint64_t id;

	(void)scan_char(&sc, ' ');
	if (!scan_char(&sc, '['))
		return;
	scan_blanks(&sc);
	start = sc.p;
	if ((!scan_char(&sc, 'T') && !scan_char(&sc, 'C')) || !scan_u64(&sc, &id) ||
	    sc.p == sc.end || *sc.p != ']')
		return;
	d->u->line.caller = (struct str){ start, (size_t)(sc.p - start) };
	sc.p++;
	(void)take(d, &sc);
}

static bool take_kernel_clock(struct dressing *d)
{
	struct clock c;

	if (!clock_kernel(&d->s, &c))
		return false;
	d->u->line.time_ns = num_at(c.ns, d->u->line.no);
	d->u->line.prefixed = true;
	d->u->kernel = true;
	d->clock = true;
	take_caller(d);
	skip_blank(&d->s);
	(void)vendor_prefix(&d->s);
	d->host = true; /* journalctl -o short-monotonic */
	d->bare_host = false;
	return true;
}

/* What may stand between a time and the message: ": ", " - ", " | ", " " */
static void skip_separator(struct str *s)
{
	struct scan sc = scan_of(*s);

	if (scan_lit(&sc, ": ") || scan_lit(&sc, " - ") || scan_lit(&sc, " | "))
		*s = scan_rest(&sc);
	else
		skip_blank(s);
}

static bool take_wall_clock(struct dressing *d)
{
	struct clock c;
	bool bracketed = clock_bracketed(&d->s, &c);

	if (!bracketed && (d->clock || !(clock_iso(&d->s, &c) || clock_syslog(&d->s, &c) ||
					 clock_unix(&d->s, &c))))
		return false;
	if (!d->u->line.wall.n)
		d->u->line.wall = c.wall;
	d->u->line.prefixed = true;
	d->dated = true;
	d->host = !bracketed;
	d->bare_host = c.has_host;
	/* print_caller() also follows dmesg -T's clock */
	take_caller(d);
	skip_separator(&d->s);
	return true;
}

static int level_of(struct str w)
{
	static const char *const levels[] = { "emerg", "alert",	 "crit", "err",
					      "warn",  "notice", "info", "debug" };

	for (size_t i = 0; i < ARRAY_SIZE(levels); i++)
		if (str_is(w, levels[i]))
			return (int)i;
	if (str_is(w, "warning"))
		return 4;
	return str_is(w, "error") ? 3 : -1;
}

/* "kern  :warn  : " of dmesg -x, "kern: warning: " of Talos */
static bool take_decoded_level(struct dressing *d)
{
	static const char *const facilities[] = { "kern",     "user", "mail",	"daemon", "auth",
						  "syslog",   "lpr",  "news",	"uucp",	  "cron",
						  "authpriv", "ftp",  "local0", "local1" };
	struct scan sc = scan_of(d->s);
	struct str facility, level;

	if (!scan_name(&sc, "", &facility))
		return false;
	scan_blanks(&sc);
	if (!scan_char(&sc, ':') || (scan_blanks(&sc), !scan_name(&sc, "", &level)))
		return false;
	scan_blanks(&sc);
	if (!scan_char(&sc, ':') || level_of(level) < 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(facilities); i++) {
		if (!str_is(facility, facilities[i]))
			continue;
		(void)scan_char(&sc, ' ');
		d->u->line.priority = level_of(level);
		d->u->kernel = i == 0;
		d->u->foreign = i > 1;
		return take(d, &sc);
	}
	return false;
}

bool is_carrier(struct str name)
{
	return str_is(name, "logger") || str_is(name, "root");
}

enum tag { TAG_NONE, TAG_KERNEL, TAG_CARRIER, TAG_OTHER, TAG_PROCESS };

/* "kernel:", "kernel[0]:", "vmunix:"; "logger[7]:"; "foo:", which may be the kernel's text, too;
 * "sshd[12]:" */
static enum tag tag_of(struct str w)
{
	static const char *const kernels[] = { "kernel", "vmunix", "klogd", "kmsg", "dmesg" };
	ptrdiff_t pid;

	if (w.n < 2 || w.p[w.n - 1] != ':')
		return TAG_NONE;
	w.n--;
	pid = str_find(w, "[", 0);
	if (pid > 0 && w.p[w.n - 1] == ']')
		w.n = (size_t)pid;
	else
		pid = -1;
	for (size_t i = 0; i < ARRAY_SIZE(kernels); i++)
		if (str_is(w, kernels[i]))
			return TAG_KERNEL;
	if (is_carrier(w))
		return TAG_CARRIER;
	return pid > 0 ? TAG_PROCESS : TAG_OTHER;
}

bool is_process_tag(struct str word)
{
	return tag_of(word) == TAG_PROCESS;
}

static bool is_host(struct str w)
{
	if (!w.n || w.n > 255)
		return false;
	if (str_is(w, "(none)"))
		return true;
	for (size_t i = 0; i < w.n; i++) {
		unsigned char c = (unsigned char)w.p[i];

		if (!is_digit((char)c) && !((c | 0x20) >= 'a' && (c | 0x20) <= 'z') && c < 0x80 &&
		    !(c && strchr("-._@/:%~", c)))
			return false;
	}
	return true;
}

/* Facility and level of busybox and OpenWrt: "kern.warn" */
static bool is_facility_word(struct str w)
{
	ptrdiff_t dot = str_find(w, ".", 0);

	return dot > 0 && level_of(str_from(w, (size_t)dot + 1)) >= 0;
}

/* RFC 5424 between date and message: "host app procid msgid [structured data] " */
static bool take_rfc5424(struct dressing *d)
{
	struct str s = d->s, app, procid, msgid;
	struct scan sc;

	d->host = false;
	(void)str_word(&s);
	app = str_word(&s);
	procid = str_word(&s);
	msgid = str_word(&s);
	sc = scan_of(skip_blanks(s));
	if (!app.n || !procid.n || !msgid.n ||
	    (!scan_char(&sc, '-') && !(scan_char(&sc, '[') && scan_past(&sc, "]", NULL))))
		return false;
	d->u->kernel = str_is(app, "kernel");
	d->u->foreign = !d->u->kernel && !str_is(app, "-") && !is_carrier(app);
	(void)scan_char(&sc, ' ');
	(void)scan_lit(&sc, "\xef\xbb\xbf");
	return take(d, &sc);
}

/* Behind a tag that is not the kernel's, the kernel's clock still tells a forwarded message. */
static bool take_forwarded(struct dressing *d, struct str behind)
{
	struct str t = behind = skip_blanks(behind);
	struct clock ignored;

	if (!clock_kernel_strict(&t, &ignored))
		return false;
	d->s = behind;
	return true;
}

static bool take_kernel_tag(struct dressing *d, struct str behind)
{
	skip_blank(&behind);
	d->u->line.prefixed = true;
	d->u->kernel = true;
	d->s = behind;
	return true;
}

/* "<4>" behind "crashlog:": a kernel's record that another program kept */
static bool has_level(struct str s)
{
	return s.n > 3 && s.p[0] == '<' && s.p[1] >= '0' && s.p[1] <= '7' && s.p[2] == '>';
}

/* "host kernel: ", "kernel: ", "host ", "host kern.warn kernel: ", "host sshd[12]: " */
static bool take_host(struct dressing *d)
{
	struct str behind = d->s, from_tag, host, behind_host, tag;
	bool known_host;

	d->host = false;
	host = str_word(&behind);
	if (tag_of(host) == TAG_KERNEL ||
	    (tag_of(host) == TAG_OTHER && has_level(skip_blanks(behind))))
		return take_kernel_tag(d, behind);
	known_host = d->bare_host || is_facility_word(host);
	behind_host = behind;
	from_tag = skip_blanks(behind);
	tag = str_word(&behind);
	if (is_facility_word(tag)) {
		from_tag = skip_blanks(behind);
		tag = str_word(&behind);
	}
	if (!is_host(host))
		return false;
	if (tag_of(tag) == TAG_KERNEL)
		return take_kernel_tag(d, behind);
	if (tag_of(host) == TAG_CARRIER || tag_of(tag) == TAG_CARRIER) {
		d->s = tag_of(host) == TAG_CARRIER ? behind_host : behind;
		skip_blank(&d->s);
		return true;
	}
	if (d->clock || tag_of(host) != TAG_NONE)
		return false;
	if (tag_of(tag) != TAG_NONE && take_forwarded(d, behind))
		return true;
	d->u->foreign = tag_of(tag) == TAG_PROCESS;
	if (!d->u->foreign && !known_host)
		return false;
	d->s = from_tag;
	return true;
}

/* "kernel: ", "host kernel: ": where somebody left out the date */
static bool take_bare_tag(struct dressing *d)
{
	struct str behind = d->s, host;

	if (d->u->line.prefixed)
		return false;
	host = str_word(&behind);
	if (tag_of(host) == TAG_KERNEL)
		return take_kernel_tag(d, behind);
	return is_host(host) && tag_of(host) == TAG_NONE &&
	       tag_of(str_word(&behind)) == TAG_KERNEL && take_kernel_tag(d, behind);
}

/* "stdout F ": the container runtime's */
static bool take_cri(struct dressing *d)
{
	struct scan sc = scan_of(d->s);

	if (!d->dated || (!scan_lit(&sc, "stdout ") && !scan_lit(&sc, "stderr ")))
		return false;
	d->u->partial = scan_lit(&sc, "P ");
	if (!d->u->partial && !scan_lit(&sc, "F ") && !scan_lit(&sc, "F"))
		return false;
	d->host = false;
	return take(d, &sc);
}

/* "6,1234,5678901,-,ncfrag=0/1234;text": send_fragmented_body() of drivers/net/netconsole.c. What
 * wrote the datagrams down may have put no newline between them. */
static void take_piece_of_record(struct dressing *d, struct str head)
{
	ptrdiff_t at = str_find(head, ",ncfrag=", 0), again;
	struct scan sc;
	uint64_t offset, whole;

	if (at < 0)
		return;
	sc = scan_of(str_from(head, (size_t)at + 8));
	if (!scan_u64(&sc, &offset) || !scan_char(&sc, '/') || !scan_u64(&sc, &whole))
		return;
	again = str_find(d->s, ",ncfrag=", 0) - at;
	if (again >= 0 && str_eq(str_first(str_from(d->s, (size_t)again), (size_t)at),
				 str_first(head, (size_t)at))) {
		d->u->rest = str_from(d->s, (size_t)again);
		d->s = str_first(d->s, (size_t)again);
	}
	d->u->piece = true;
	d->u->partial = offset + d->s.n < whole;
	d->u->offset = offset;
	d->u->record_head = str_first(head, (size_t)at);
}

/* "6,1234,5678901,-,caller=T1;text": msg_print_ext_header(); netconsole may put the release first.
 */
static bool take_record(struct dressing *d)
{
	struct scan sc = scan_of(d->s);
	struct str flags, whole = d->s;
	uint64_t pri, seq, us;
	ptrdiff_t caller;

	if (sc.p == sc.end || !is_digit(*sc.p))
		return false;
	if (!scan_u64(&sc, &pri) || !scan_char(&sc, ',')) {
		sc = scan_of(d->s);
		if (!scan_until_any(&sc, ", ", NULL) || !scan_char(&sc, ',') ||
		    !scan_u64(&sc, &pri) || !scan_char(&sc, ','))
			return false;
	}
	if (pri > 191 || !scan_u64(&sc, &seq) || !scan_char(&sc, ',') || !scan_u64(&sc, &us) ||
	    !scan_char(&sc, ',') || !scan_past(&sc, ";", &flags) || flags.n > 200)
		return false;
	caller = str_find(flags, "caller=", 0);
	if (caller >= 0) {
		struct scan c = scan_of(str_from(flags, (size_t)caller + 7));

		(void)scan_until_any(&c, ",;", &d->u->line.caller);
	}
	d->u->line.priority = (int)(pri & 7);
	d->u->line.time_ns = num_at(us * 1000, d->u->line.no);
	d->u->kernel = pri >> 3 == 0;
	d->u->foreign = pri >> 3 > 1;
	d->u->record = true;
	d->clock = true;
	(void)take(d, &sc);
	take_piece_of_record(d, str_first(whole, whole.n - d->s.n - 1));
	return true;
}

static bool take_logcat(struct dressing *d)
{
	struct logcat l;

	if (!logcat_line(d->s, &l))
		return false;
	d->u->line.wall = l.wall;
	d->u->line.prefixed = true;
	d->u->foreign = !l.kernel;
	d->u->kernel = l.kernel;
	d->u->tag = l.tag;
	d->s = l.text;
	return true;
}

/* Where someone left out the clock. */
static bool take_vendor(struct dressing *d)
{
	if (!vendor_prefix_alone(&d->s))
		return false;
	d->u->line.prefixed = true;
	return true;
}

/* "123:", "messages:123-" of grep */
static bool take_number(struct dressing *d)
{
	size_t at = d->u->line.prefixed ? 0 : around_number(d->s);

	d->s = str_from(d->s, at);
	return at;
}

static bool take_piece(struct dressing *d)
{
	struct str s = skip_blanks(d->s), was = d->s;

	d->s = s;
	if (!d->clock && (take_level(d) || take_record(d) || take_decoded_level(d) ||
			  take_logcat(d) || take_cri(d)))
		return true;
	if (take_kernel_clock(d) || take_wall_clock(d) || take_bare_tag(d) || take_vendor(d) ||
	    take_number(d))
		return true;
	d->s = was;
	return false;
}

bool has_kernel_clock(struct str s)
{
	size_t ignored;

	return around_clock(s, &ignored);
}

static void take_prefix(struct dressing *d)
{
	enum { MOST_PIECES = 12 };

	for (int i = 0; i < MOST_PIECES; i++) {
		if (take_piece(d))
			continue;
		if (d->host && d->dated && !d->clock && d->rfc5424 && take_rfc5424(d))
			continue;
		if (!d->host || !take_host(d))
			return;
	}
}

static struct str drop_end(struct str s, bool *ret_flowed)
{
	size_t n = s.n;

	while (n && (s.p[n - 1] == ' ' || s.p[n - 1] == '\t' || s.p[n - 1] == '\r'))
		n--;
	*ret_flowed = n < s.n;
	return str_first(s, n);
}

/* A second clock in the text: the newline between two messages was lost. */
static void split(struct undressed *u, struct str s)
{
	size_t at;

	if (u->partial || u->piece) { /* a piece's end is no line's end */
		u->line.text = s;
		return;
	}
	if (!u->line.time_ns.known || !around_clock(s, &at)) {
		u->line.text = drop_end(s, &u->flowed);
		return;
	}
	u->rest = str_from(s, at);
	s = drop_end(str_first(s, at), &u->flowed);
	while (s.n && (s.p[s.n - 1] == '>' || s.p[s.n - 1] == ' '))
		s.n--;
	u->line.text = s;
	u->flowed = false;
}

void undress_all(struct str raw, uint32_t no, struct undressed *ret)
{
	struct dressing d = { .s = around_border(raw), .u = ret };
	struct str bare, behind;
	size_t at;

	*ret = (struct undressed){ .line = {
					   .raw = raw, .no = no, .last_no = no, .priority = -1 } };
	strip_quotes(&d);
	bare = d.s;
	take_prefix(&d);
	if (!ret->line.time_ns.known && around_clock(d.s, &at)) {
		d.s = str_from(d.s, at);
		(void)take_kernel_clock(&d);
		ret->foreign = false;
		ret->tag = (struct str){ 0 };
	} else if (!ret->kernel && !ret->foreign && around_tag(d.s, &behind)) {
		(void)take_kernel_tag(&d, behind);
		take_prefix(&d);
	}
	split(ret, ret->line.prefixed ? d.s : bare);
}

void undress(struct str raw, uint32_t no, struct line *ret)
{
	struct undressed u;

	undress_all(raw, no, &u);
	*ret = u.line;
}
