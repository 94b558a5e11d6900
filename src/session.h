// SPDX-License-Identifier: GPL-2.0-or-later
// The inside of struct mmwhy, for the command line.
#ifndef MMWHY_SESSION_H
#define MMWHY_SESSION_H

#include "mmwhy.h"
#include "rule/engine.h"

struct mmwhy {
	struct mmwhy_options opt;
	struct facts facts;
	struct diagnosis diagnosis;
	bool ran;
	size_t n_evidence;
	uint64_t only;		      /**< of dumps: kinds of fact, as evidence_options has it */
	struct evidence_parts *parts; /**< of split dumps, until mmwhy_run() */
	struct json_object *json;     /**< what mmwhy_json() lends */
};

#endif
