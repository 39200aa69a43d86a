/* Between the parts of signature.h: reading, checking, facts. */
#ifndef PROBES_PARSE_SIGNATURE_INTERNAL_H
#define PROBES_PARSE_SIGNATURE_INTERNAL_H

#include "signature.h"

/* What one call of code_read_slice works on. */
struct signature_job {
	struct value_pool *pool;
	const struct report *report;
	struct code *code;
	struct signature *sig;
};

/* Where a part of the SuperBlob lies in the file. */
uint64_t signature_place(const struct signature *sig, struct slice part);

/* What several CodeDirectories, or one and the Mach-O file, contradict. */
void signature_check_directories(const struct signature *sig,
				 const struct report *report);

/* Every fact of the signature gets this state and reason. */
void signature_facts_gap(struct signature_job *job, enum fact_state state,
			 const char *reason);
/* The facts of a signature that could be read. */
void signature_facts(struct signature_job *job);

#endif
