// SPDX-License-Identifier: GPL-2.0-or-later
// Rows of tables: what Kibana, Grafana, Splunk and the consoles of clouds export (RFC 4180, and
// text/tab-separated-values). A time stands in the first column; the message in the last, unless
// the table's head says otherwise.
#include "log/rows.h"

#include "base/cleanup.h"
#include "log/clock.h"
#include "log/envelope.h"
#include "log/undress.h"

enum { MOST_COLUMNS = 32 };

/* One field at the cursor without its quotation marks; *ret_more: another follows. */
static bool field(struct scan *sc, char separator, struct str *ret, bool *ret_more)
{
	const char *start = sc->p, *quote;

	*ret_more = false;
	if (!scan_char(sc, '"')) {
		const char *end = memchr(start, separator, (size_t)(sc->end - start));

		*ret_more = end != NULL;
		*ret = (struct str){ start, (size_t)((end ? end : sc->end) - start) };
		sc->p = end ? end + 1 : sc->end;
		return true;
	}
	for (start = sc->p; (quote = memchr(sc->p, '"', (size_t)(sc->end - sc->p)));) {
		sc->p = quote + 1;
		if (scan_char(sc, '"')) /* doubled: one of the text's */
			continue;
		*ret = (struct str){ start, (size_t)(quote - start) };
		*ret_more = scan_char(sc, separator);
		return *ret_more || scan_end(sc);
	}
	/* the text goes on in the next line */
	sc->p = sc->end;
	*ret = (struct str){ start, (size_t)(sc->end - start) };
	return true;
}

static bool is_time(struct str s)
{
	struct str t = s;
	struct clock c;
	uint64_t n;

	if (s.n >= 10 && s.n <= 19 && str_to_u64(s, 10, &n))
		return true;
	return (clock_iso(&t, &c) || clock_syslog(&t, &c)) && !t.n && c.wall.n > 8;
}

static bool is_time_name(struct str s)
{
	static const char *const names[] = { "@timestamp", "timestamp", "Timestamp", "time",
					     "Time",	   "_time",	"date",	     "Date" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (str_is(s, names[i]))
			return true;
	return false;
}

static void read_head(struct rows *r, struct scan sc, char separator)
{
	struct str name;
	bool more = true;

	*r = (struct rows){ 0 };
	for (size_t i = 2; more && field(&sc, separator, &name, &more); i++)
		if (!r->message && is_message_key(name))
			r->message = i;
}

/* The fields behind the time. @return how many columns there are. */
static size_t split(struct scan sc, char separator, struct str *v)
{
	bool more = true;
	size_t n = 1;

	while (more && n < MOST_COLUMNS)
		if (!field(&sc, separator, &v[n++], &more))
			return 0;
	return n;
}

/* The message with its marks single again; tabs in the last column are its own. */
static struct str text_of(const struct rows *r, const struct str *v, size_t n, char *buf)
{
	size_t at = r->message ? r->message - 1 : r->columns - 1, len = 0;
	struct str s = v[at];

	if (at + 1 == r->columns && n > r->columns)
		s.n = (size_t)(v[n - 1].p + v[n - 1].n - s.p);
	for (size_t i = 0; i < s.n; i++) {
		buf[len++] = s.p[i];
		i += s.p[i] == '"' && i + 1 < s.n && s.p[i + 1] == '"';
	}
	return (struct str){ buf, len };
}

/* "sshd", "sshd[12]:" beside a message: another program's. */
static void whose(struct row *row, const struct str *v, size_t n, struct str text)
{
	for (size_t i = 1; i < n; i++) {
		if (v[i].p == text.p)
			continue;
		row->kernel |= str_starts(v[i], "kernel");
		row->foreign |= is_process_tag(v[i]);
	}
	row->foreign &= !row->kernel;
}

/* The first column and what separates it: -1 if it is not what a table begins with. */
static int separator_of(struct rows *r, struct str line, struct scan *sc, struct str *time)
{
	static const char separators[] = { '\t', ',' };
	bool more;

	for (size_t i = 0; i < ARRAY_SIZE(separators); i++) {
		*sc = scan_of(line);
		if (!field(sc, separators[i], time, &more) || !more)
			continue;
		if (is_time_name(*time))
			read_head(r, *sc, separators[i]);
		if (is_time(*time))
			return separators[i];
	}
	return -1;
}

bool rows_line(struct rows *r, struct str line, char *buf, struct row *ret)
{
	struct str v[MOST_COLUMNS];
	struct scan sc;
	int separator;
	size_t n;

	if (!line.n || (line.p[0] != '"' && line.p[0] != '@' && !r->columns &&
			!memchr(line.p, '\t', line.n < 64 ? line.n : 64)))
		return false;
	separator = separator_of(r, line, &sc, &v[0]);
	if (separator < 0)
		return false;
	n = split(sc, (char)separator, v);
	if (n < 2)
		return false;
	if (!r->columns || n < r->columns)
		r->columns = n;
	if (r->message > n)
		r->message = 0;
	*ret = (struct row){ .wall = v[0], .text = text_of(r, v, n, buf) };
	whose(ret, v, n, v[r->message ? r->message - 1 : r->columns - 1]);
	return true;
}
