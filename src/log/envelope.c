// SPDX-License-Identifier: GPL-2.0-or-later
// Formats that carry messages as the values of fields: journald's (systemd,
// JOURNAL_EXPORT_FORMATS), Docker's json-file, and what log collectors of the clouds write.
#include "log/envelope.h"

#include "base/utf8.h"

#include "base/cleanup.h"
#include "log/clock.h"
#include "log/undress.h"

/* A number or quoted number. */
static bool number(struct str s, uint64_t *ret)
{
	if (s.n >= 2 && s.p[0] == '"')
		s = (struct str){ s.p + 1, s.n - 2 };
	return str_to_u64(s, 10, ret);
}

static struct str unquoted(struct str s)
{
	if (s.n >= 2 && s.p[0] == '"')
		return (struct str){ s.p + 1, s.n - 2 };
	return s;
}

static void set_wall(struct envelope *e, struct str s)
{
	size_t n = s.n < sizeof(e->wall) ? s.n : sizeof(e->wall);

	memcpy(e->wall, s.p, n);
	e->meta.wall = (struct str){ e->wall, n };
}

static void new_record(struct envelope *e)
{
	e->meta = (struct message){ .priority = -1 };
}

/* A field that says something about the message; @p value is JSON or bare. */
static void take_meta(struct envelope *e, struct str key, struct str value)
{
	static const char *const walls[] = { "__REALTIME_TIMESTAMP", "time", "timestamp",
					     "@timestamp",	     "ts",   "receiveTimestamp" };
	uint64_t v;

	if (str_is(key, "PRIORITY") && number(value, &v) && v <= 7)
		e->meta.priority = (int)v;
	if ((str_is(key, "_SOURCE_MONOTONIC_TIMESTAMP") ||
	     (str_is(key, "__MONOTONIC_TIMESTAMP") && !e->meta.time_ns.known)) &&
	    number(value, &v) && v < UINT64_MAX / 1000)
		e->meta.time_ns = num_at(v * 1000, 0);
	value = unquoted(value);
	if (str_is(key, "_TRANSPORT") || str_is(key, "SYSLOG_IDENTIFIER")) {
		bool kernel = str_is(value, "kernel");

		e->meta.kernel |= kernel;
		e->meta.carried |= is_carrier(value);
		e->meta.foreign = !e->meta.kernel && !e->meta.carried;
	}
	for (size_t i = 0; i < ARRAY_SIZE(walls); i++)
		if (str_is(key, walls[i]))
			set_wall(e, value);
}

/* --- JSON -------------------------------------------------------------------------------------
 */

bool is_message_key(struct str key)
{
	static const char *const keys[] = { "MESSAGE", "message",     "Message",       "msg",
					    "log",     "textPayload", "@message",      "line",
					    "text",    "_raw",	      "short_message", "body" };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (str_is(key, keys[i]))
			return true;
	return false;
}

/* A string at the cursor, with its quotes; an unterminated one reaches to the end. */
static struct str json_string(struct scan *sc)
{
	const char *start = sc->p++;

	while (sc->p < sc->end && *sc->p != '"')
		sc->p += *sc->p == '\\' && sc->end - sc->p > 1 ? 2 : 1;
	if (sc->p < sc->end)
		sc->p++;
	return (struct str){ start, (size_t)(sc->p - start) };
}

static char plain_escape(char c)
{
	switch (c) {
	case 'n':
		return '\n';
	case 't':
		return '\t';
	case 'r':
		return '\r';
	case 'b':
	case 'f':
		return ' ';
	default:
		return c;
	}
}

/* What has no width, and blanks of other kinds, are what they look like. */
static size_t put_code_point(char *out, uint32_t cp)
{
	if (cp == 0x200b || cp == 0xfeff)
		return 0;
	if (cp != 0xa0 && cp != 0x202f && cp != 0x2007)
		return utf8_put(out, cp);
	*out = ' ';
	return 1;
}

/* @p s with its quotes; the result lies in @p out, which has room for s.n bytes. */
static struct str json_decode(struct str s, char *out)
{
	struct scan sc = { s.p + 1, s.p + s.n };
	size_t n = 0;

	while (sc.p < sc.end && *sc.p != '"') {
		uint64_t cp;
		struct scan digits;

		if (*sc.p != '\\' || sc.end - sc.p < 2) {
			out[n++] = *sc.p++;
			continue;
		}
		digits = (struct scan){ sc.p + 2, sc.end - sc.p >= 6 ? sc.p + 6 : sc.p + 2 };
		if (sc.p[1] == 'u' && scan_hex(&digits, &cp) && scan_end(&digits)) {
			n += put_code_point(out + n, (uint32_t)cp);
			sc.p += 6;
		} else {
			out[n++] = plain_escape(sc.p[1]);
			sc.p += 2;
		}
	}
	return (struct str){ out, n };
}

/* "[72, 101, ...]": what journald prints where the bytes are no UTF-8 */
static struct str json_bytes(struct scan *sc, char *out)
{
	size_t n = 0;
	uint64_t v;

	for (sc->p++; sc->p < sc->end && *sc->p != ']';) {
		if (scan_u64(sc, &v))
			out[n++] = (char)v;
		else
			sc->p++;
	}
	return (struct str){ out, n };
}

static void tell(struct envelope *e, struct str text, message_fn fn, void *arg)
{
	struct message m = e->meta;

	while (text.n && (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == '\r'))
		text.n--;
	m.text = text;
	/* What the kernel's own clock shows in the text tells more than the label. */
	if (m.foreign) {
		struct str t = text;
		struct clock ignored;

		if (!clock_kernel_strict(&t, &ignored))
			return;
	}
	fn(arg, &m);
}

/* The value behind a key. *told: a message of this object was found. */
static void json_value(struct envelope *e, struct scan *sc, struct str key, struct str *message)
{
	struct str value;

	if (sc->p == sc->end)
		return;
	if (*sc->p == '"') {
		value = json_string(sc);
		if (is_message_key(key) && !message->p)
			*message = value;
		else
			take_meta(e, key, value);
	} else if (*sc->p == '[' && is_message_key(key) && !message->p && sc->end - sc->p > 1 &&
		   (sc->p[1] == ' ' || (sc->p[1] >= '0' && sc->p[1] <= '9'))) {
		*message = scan_rest(sc);
		sc->p++;
	} else if (scan_until_any(sc, ",]} \t[{\"", &value)) {
		take_meta(e, key, value);
	}
}

static void json_tell(struct envelope *e, struct str *message, message_fn fn, void *arg)
{
	struct scan sc = scan_of(*message);

	if (message->p)
		tell(e,
		     *message->p == '[' ? json_bytes(&sc, e->buf) : json_decode(*message, e->buf),
		     fn, arg);
	*message = (struct str){ 0 };
}

/* Walks the tokens of the line; what is nested does not matter, each '}' ends a record. */
static void json_walk(struct envelope *e, struct scan sc, message_fn fn, void *arg)
{
	struct str message = { 0 }, key;

	while (sc.p < sc.end) {
		if (*sc.p == '"') {
			key = unquoted(json_string(&sc));
			scan_blanks(&sc);
			if (!scan_char(&sc, ':'))
				continue;
			scan_blanks(&sc);
			json_value(e, &sc, key, &message);
			continue;
		}
		if (*sc.p == '}')
			json_tell(e, &message, fn, arg);
		if (*sc.p == '{')
			new_record(e);
		sc.p++;
	}
	json_tell(e, &message, fn, arg);
}

/* Between the fields of pretty-printed JSON: "{", "},", "]" */
static bool only_brackets(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!strchr("{}[], ", s.p[i]) || !s.p[i])
			return false;
	return s.n <= 4;
}

/* "{" with a key or alone, "[{", "data: {", or a line of pretty-printed JSON: "key" : value */
static bool looks_like_json(struct str line, struct scan *ret)
{
	struct scan sc = scan_of(line);

	scan_blanks(&sc);
	if (scan_lit(&sc, "data: "))
		scan_blanks(&sc);
	*ret = sc;
	if (sc.p < sc.end && only_brackets(scan_rest(&sc)))
		return true;
	while (scan_char(&sc, '[') || scan_char(&sc, '{') || scan_char(&sc, ','))
		scan_blanks(&sc);
	if (sc.p == sc.end || *sc.p != '"')
		return false;
	(void)json_string(&sc);
	scan_blanks(&sc);
	return scan_char(&sc, ':');
}

/* --- journalctl -------------------------------------------------------------------------------
 */

static bool field_name(struct scan *sc, struct str *ret)
{
	const char *start = sc->p;

	while (sc->p < sc->end && ((*sc->p >= 'A' && *sc->p <= 'Z') || *sc->p == '_' ||
				   (*sc->p >= '0' && *sc->p <= '9')))
		sc->p++;
	*ret = (struct str){ start, (size_t)(sc->p - start) };
	return ret->n > 0;
}

static bool open_field(struct envelope *e, struct scan sc, message_fn fn, void *arg)
{
	struct str name;

	if (!field_name(&sc, &name))
		return false;
	if (e->export && scan_end(&sc)) {
		e->binary = true;
		e->binary_message = str_is(name, "MESSAGE");
		return true;
	}
	if (!scan_char(&sc, '='))
		return false;
	if (str_is(name, "MESSAGE"))
		tell(e, scan_rest(&sc), fn, arg);
	else
		take_meta(e, name, scan_rest(&sc));
	return true;
}

static bool open_export(struct envelope *e, struct str line, message_fn fn, void *arg)
{
	if (str_starts(line, "__CURSOR=")) {
		e->export = true;
		new_record(e);
		return true;
	}
	if (!e->export)
		return false;
	if (!line.n)
		return true;
	if (open_field(e, scan_of(line), fn, arg))
		return true;
	e->export = false;
	return false;
}

/* "Tue 2025-08-12 03:54:03.123456 UTC [s=...;i=...]", then its fields, indented */
static bool open_verbose(struct envelope *e, struct str line, message_fn fn, void *arg)
{
	struct str s = line;
	struct clock c;

	if (str_ends(line, "]") && str_has(line, ";i=") && str_has(line, " [s=") &&
	    clock_syslog(&s, &c)) {
		e->verbose = true;
		new_record(e);
		set_wall(e, c.wall);
		return true;
	}
	if (!e->verbose || !str_starts(line, "    "))
		return false;
	return open_field(e, scan_of(str_from(line, 4)), fn, arg);
}

/* --- tables -----------------------------------------------------------------------------------
 */

static bool open_row(struct envelope *e, struct str line, message_fn fn, void *arg)
{
	struct row row;

	if (!rows_line(&e->rows, line, e->buf, &row))
		return false;
	new_record(e);
	set_wall(e, row.wall);
	e->meta.kernel = row.kernel;
	e->meta.foreign = row.foreign;
	tell(e, row.text, fn, arg);
	return true;
}

bool envelope_open_json(struct envelope *e, struct str line, message_fn fn, void *arg)
{
	struct scan json;

	if (!looks_like_json(line, &json))
		return false;
	json_walk(e, json, fn, arg);
	return true;
}

bool envelope_open(struct envelope *e, struct str line, message_fn fn, void *arg)
{
	return open_export(e, line, fn, arg) || open_verbose(e, line, fn, arg) ||
	       open_row(e, line, fn, arg) || envelope_open_json(e, line, fn, arg);
}

void envelope_binary(struct envelope *e, struct str value, message_fn fn, void *arg)
{
	if (e->binary_message)
		tell(e, value, fn, arg);
	e->binary = false;
}
