// SPDX-License-Identifier: GPL-2.0-or-later
// The library's session: evidence in, diagnosis out.
#include "session.h"

#include <stdlib.h>

#include "evidence/evidence.h"
#include "model/model.h"
#include "report/report.h"

static void no_note(void *arg, const char *path, const char *what)
{
	(void)arg;
	(void)path;
	(void)what;
}

struct mmwhy *mmwhy_new(const struct mmwhy_options *opt)
{
	struct mmwhy *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	if (opt && opt->sz <= sizeof(m->opt))
		memcpy(&m->opt, opt, opt->sz);
	if (!m->opt.note)
		m->opt.note = no_note;
	facts_init(&m->facts);
	m->parts = evidence_parts_new();
	if (m->facts.arena.failed || !m->parts) {
		mmwhy_free(m);
		return NULL;
	}
	return m;
}

void mmwhy_free(struct mmwhy *m)
{
	if (!m)
		return;
	if (m->json)
		json_object_put(m->json);
	if (m->ran)
		diagnosis_deinit(&m->diagnosis);
	facts_deinit(&m->facts);
	evidence_parts_free(m->parts);
	free(m);
}

static struct evidence_options options_of(const struct mmwhy *m)
{
	return (struct evidence_options){ .note = m->opt.note,
					  .note_arg = m->opt.note_arg,
					  .parts = m->parts,
					  .vmlinux = m->opt.vmlinux,
					  .system_map = m->opt.system_map,
					  .progress = m->opt.progress,
					  .progress_arg = m->opt.progress_arg,
					  .only = m->only };
}

int mmwhy_add(struct mmwhy *m, const char *path)
{
	struct evidence_options opt = options_of(m);
	size_t n = 0;
	enum status st;

	if (m->ran)
		return ST_UNSUPPORTED;
	st = evidence_read(&m->facts, path, &opt, &n);
	m->n_evidence += n;
	return st;
}

int mmwhy_run(struct mmwhy *m)
{
	struct evidence_options opt = options_of(m);
	int n = 0;

	if (m->ran)
		return ST_UNSUPPORTED;
	if (m->facts.arena.failed)
		return ST_NOMEM;
	if (evidence_parts_read(&m->facts, &opt))
		return ST_NOMEM;
	facts_finish(&m->facts);
	model_run(&m->facts);
	diagnose(&m->facts, &m->diagnosis);
	m->ran = true;
	if (m->facts.arena.failed || m->diagnosis.arena.failed)
		return ST_NOMEM;
	for (size_t i = 0; i < m->diagnosis.n_findings; i++)
		n += m->diagnosis.findings[i]->severity >= SEV_LOW;
	return n;
}

size_t mmwhy_n_evidence(const struct mmwhy *m)
{
	return m->n_evidence;
}

const char *mmwhy_json(struct mmwhy *m, bool with_facts)
{
	if (!m->ran)
		return NULL;
	if (m->json)
		json_object_put(m->json);
	m->json = report_json(&m->diagnosis, with_facts);
	return json_object_to_json_string_ext(m->json, JSON_C_TO_STRING_PRETTY |
							       JSON_C_TO_STRING_NOSLASHESCAPE);
}
