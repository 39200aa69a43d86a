/* From a signature that could be read to the facts of fact.h. */
#include <inttypes.h>

#include "../../model/base/plist_in.h"
#include "constraint.h"
#include "signature_internal.h"

static const enum fact_id signature_fact_ids[] = {
	FACT_CODE_IDENTIFIER,
	FACT_TEAM_ID,
	FACT_CDHASH,
	FACT_CDHASHES,
	FACT_SIGNING_FLAGS,
	FACT_CODE_DIRECTORIES,
	FACT_ENTITLEMENTS,
	FACT_ENTITLEMENTS_DER,
	FACT_EXEC_SEGMENT_FLAGS,
	FACT_RUNTIME_VERSION,
	FACT_REQUIREMENTS,
	FACT_LAUNCH_CONSTRAINTS,
	FACT_HARDENED_RUNTIME,
	FACT_LIBRARY_VALIDATION,
	FACT_GET_TASK_ALLOW,
	FACT_INFO_PLIST,
};

void signature_facts_gap(struct signature_job *job, enum fact_state state,
			 const char *reason)
{
	for (size_t i = 0;
	     i < sizeof(signature_fact_ids) / sizeof(*signature_fact_ids); i++)
		code_set_gap(job->pool, job->code, signature_fact_ids[i], state,
			     reason);
}

static void gap(struct signature_job *job, enum fact_id id,
		enum fact_state state, const char *reason)
{
	code_set_gap(job->pool, job->code, id, state, reason);
}

static void identity_facts(struct signature_job *job,
			   const struct code_directory *cd)
{
	if (cd->identifier.ptr)
		code_set(job->pool, job->code, FACT_CODE_IDENTIFIER,
			 value_string(job->pool, cd->identifier));
	else
		gap(job, FACT_CODE_IDENTIFIER, FACT_FAILED,
		    "the CodeDirectory's identifier cannot be read");
	if (cd->team.ptr)
		code_set(job->pool, job->code, FACT_TEAM_ID,
			 value_string(job->pool, cd->team));
	else
		gap(job, FACT_TEAM_ID, FACT_ABSENT,
		    "the CodeDirectory names no team");
}

static void hash_facts(struct signature_job *job)
{
	const struct code_directory *best = signature_best(job->sig);
	struct value hashes[SIGNATURE_DIRECTORIES_MAX];
	struct value directories[SIGNATURE_DIRECTORIES_MAX];
	struct slice cdhashes[SIGNATURE_DIRECTORIES_MAX];
	size_t n = signature_cdhashes(job->sig, cdhashes);

	for (size_t i = 0; i < n; i++)
		hashes[i] = value_hex(job->pool, cdhashes[i]);
	code_set(job->pool, job->code, FACT_CDHASHES,
		 value_list(job->pool, hashes, n));
	for (size_t i = 0; i < job->sig->directory_count; i++)
		directories[i] = code_directory_value(
			job->pool, &job->sig->directories[i]);
	code_set(job->pool, job->code, FACT_CODE_DIRECTORIES,
		 value_list(job->pool, directories, job->sig->directory_count));
	if (best && best->digest_bytes)
		code_set(job->pool, job->code, FACT_CDHASH,
			 value_hex(job->pool, code_directory_cdhash(best)));
	else
		gap(job, FACT_CDHASH, FACT_FAILED,
		    "the kernel takes none of its CodeDirectories");
}

static void segment_facts(struct signature_job *job,
			  const struct code_directory *cd)
{
	code_set(job->pool, job->code, FACT_SIGNING_FLAGS,
		 code_directory_flags(job->pool, cd->flags));
	code_set(job->pool, job->code, FACT_HARDENED_RUNTIME,
		 value_bool((cd->flags & CD_FLAG_RUNTIME) != 0));
	if (cd->version >= 0x20400)
		code_set(job->pool, job->code, FACT_EXEC_SEGMENT_FLAGS,
			 code_directory_exec_flags(job->pool, cd->exec_flags));
	else
		gap(job, FACT_EXEC_SEGMENT_FLAGS, FACT_ABSENT,
		    "its CodeDirectory is of a version before 0x20400");
	if (cd->version >= 0x20500 && cd->runtime_version)
		code_set(job->pool, job->code, FACT_RUNTIME_VERSION,
			 code_version(job->pool, cd->runtime_version));
	else
		gap(job, FACT_RUNTIME_VERSION, FACT_ABSENT,
		    "its CodeDirectory names no version of the hardened "
		    "runtime");
}

static void entitlements_xml(struct signature_job *job)
{
	static const struct plist_limits limits = {ENTITLEMENTS_BYTES_MAX,
						   ENTITLEMENTS_ITEMS_MAX};
	struct slice xml = job->sig->entitlements_xml;
	uint64_t at = signature_place(job->sig, xml);
	struct value v = value_none;
	struct error why;

	if (!xml.ptr) {
		gap(job, FACT_ENTITLEMENTS, FACT_ABSENT,
		    "the signature has no entitlements");
		return;
	}
	if (plist_read(job->pool, xml, &limits, &v, &why) != STATUS_OK) {
		REPORT(job->report, "entitlements_damaged", SEVERITY_ERROR,
		       why.offset < 0 ? at : at + (uint64_t)why.offset,
		       "The entitlements cannot be read: %s.", why.message);
	} else if (v.type == VALUE_DICT) {
		code_set(job->pool, job->code, FACT_ENTITLEMENTS, v);
		return;
	} else {
		REPORT(job->report, "entitlements_damaged", SEVERITY_ERROR, at,
		       "The entitlements are no dictionary, but a %s.",
		       value_type_text(v.type));
		value_release(job->pool, v);
	}
	gap(job, FACT_ENTITLEMENTS, FACT_FAILED,
	    "the entitlements cannot be read");
}

static void entitlements_der(struct signature_job *job)
{
	struct slice der = job->sig->entitlements_der;
	struct value v = value_none;
	struct error why;

	if (!der.ptr) {
		gap(job, FACT_ENTITLEMENTS_DER, FACT_ABSENT,
		    "the signature has no DER entitlements");
		return;
	}
	if (entitlements_der_read(der, signature_place(job->sig, der),
				  job->pool, job->report, &v,
				  &why) == STATUS_OK) {
		code_set(job->pool, job->code, FACT_ENTITLEMENTS_DER, v);
		return;
	}
	REPORT(job->report, "entitlements_der_damaged", SEVERITY_ERROR,
	       why.offset, "The DER entitlements cannot be read: %s.",
	       why.message);
	gap(job, FACT_ENTITLEMENTS_DER, FACT_FAILED,
	    "the DER entitlements cannot be read");
}

/* Security reads the DER alone, and makes it of the XML where it is missing;
 * so what only the DER says is what the program may do. */
static void entitlement_facts(struct signature_job *job)
{
	struct fact *xml = &job->code->facts[FACT_ENTITLEMENTS];
	struct fact *der = &job->code->facts[FACT_ENTITLEMENTS_DER];
	uint64_t at = signature_place(job->sig, job->sig->entitlements_der);

	entitlements_xml(job);
	entitlements_der(job);
	if (der->state != FACT_KNOWN)
		return;
	if (xml->state == FACT_KNOWN) {
		entitlements_compare(xml->value, der->value, job->report, at);
		return;
	}
	REPORT(job->report, "entitlements_der_only", SEVERITY_WARNING, at,
	       "Only the DER form of the entitlements can be read; it is shown "
	       "for both.");
	code_set(job->pool, job->code, FACT_ENTITLEMENTS,
		 value_retain(der->value));
}

enum answer { ANSWER_NO, ANSWER_YES, ANSWER_UNKNOWN };

/* Whether the entitlement of that name is true, by what Security would read. */
static enum answer entitled(const struct signature_job *job, const char *key)
{
	const struct fact *f = &job->code->facts[FACT_ENTITLEMENTS_DER];
	struct value v;

	if (f->state != FACT_KNOWN)
		f = &job->code->facts[FACT_ENTITLEMENTS];
	if (f->state == FACT_ABSENT)
		return ANSWER_NO;
	if (f->state != FACT_KNOWN)
		return ANSWER_UNKNOWN;
	v = value_get(f->value, key);
	return v.type == VALUE_BOOL && v.as.boolean ? ANSWER_YES : ANSWER_NO;
}

static void set_answer(struct signature_job *job, enum fact_id id,
		       enum answer answer)
{
	if (answer == ANSWER_UNKNOWN)
		gap(job, id, FACT_FAILED,
		    "it depends on entitlements that cannot be read");
	else
		code_set(job->pool, job->code, id,
			 value_bool(answer == ANSWER_YES));
}

/* The hardened runtime brings library validation, unless an entitlement takes
 * it away again (Apple, "Disable Library Validation Entitlement"). */
static void derived_facts(struct signature_job *job,
			  const struct code_directory *cd)
{
	enum answer validation = ANSWER_NO, debug;

	if (cd->flags &
	    (CD_FLAG_LIBRARY_VALIDATION | CD_FLAG_FORCED_LIBRARY_VALIDATION)) {
		validation = ANSWER_YES;
	} else if (cd->flags & CD_FLAG_RUNTIME) {
		validation = entitled(job, "com.apple.security.cs.disable-"
					   "library-validation");
		if (validation != ANSWER_UNKNOWN)
			validation = validation == ANSWER_YES ? ANSWER_NO
							      : ANSWER_YES;
	}
	set_answer(job, FACT_LIBRARY_VALIDATION, validation);
	debug = entitled(job, "com.apple.security.get-task-allow");
	if (debug == ANSWER_NO)
		debug = entitled(job, "get-task-allow");
	set_answer(job, FACT_GET_TASK_ALLOW, debug);
}

static void requirement_facts(struct signature_job *job)
{
	struct slice set = job->sig->requirements_blob;
	struct value v = value_none;
	struct error why;

	if (!set.ptr) {
		gap(job, FACT_REQUIREMENTS, FACT_ABSENT,
		    "the signature has no requirements");
		return;
	}
	if (requirements_read(set, signature_place(job->sig, set), job->pool,
			      job->report, &v, &why) == STATUS_OK) {
		code_set(job->pool, job->code, FACT_REQUIREMENTS, v);
		return;
	}
	REPORT(job->report, "requirements_damaged", SEVERITY_ERROR, why.offset,
	       "The requirements cannot be read: %s.", why.message);
	gap(job, FACT_REQUIREMENTS, FACT_FAILED,
	    "the requirements cannot be read");
}

/* One of slots 8 to 11; false: there is none, or it is damaged. */
static bool read_constraint(struct signature_job *job, size_t i,
			    struct value *out, bool *damaged)
{
	struct slice der = job->sig->constraints[i];
	struct error why;

	if (!der.ptr)
		return false;
	if (constraint_read(der, signature_place(job->sig, der), job->pool,
			    job->report, out, &why) == STATUS_OK)
		return true;
	REPORT(job->report, "constraint_damaged", SEVERITY_ERROR, why.offset,
	       "The %s constraint cannot be read: %s.",
	       constraint_slot_text((uint32_t)i + SLOT_CONSTRAINT_SELF),
	       why.message);
	*damaged = true;
	return false;
}

static void constraint_facts(struct signature_job *job)
{
	struct value keys[4], vals[4];
	bool damaged = false;
	size_t n = 0;

	for (size_t i = 0; i < 4; i++) {
		if (!read_constraint(job, i, &vals[n], &damaged))
			continue;
		keys[n++] = value_text(
			job->pool, constraint_slot_text((uint32_t)i +
							SLOT_CONSTRAINT_SELF));
	}
	if (n)
		code_set(job->pool, job->code, FACT_LAUNCH_CONSTRAINTS,
			 value_dict(job->pool, keys, vals, n));
	else if (damaged)
		gap(job, FACT_LAUNCH_CONSTRAINTS, FACT_FAILED,
		    "the constraints cannot be read");
	else
		gap(job, FACT_LAUNCH_CONSTRAINTS, FACT_ABSENT,
		    "the signature has no constraints");
}

/* The worst that any directory says of the content; ranks are worst last. */
static enum special_state info_plist_state(const struct signature *sig,
					   struct slice content)
{
	static const int rank[] = {
		[SPECIAL_NONE] = 0,       [SPECIAL_MATCHES] = 1,
		[SPECIAL_UNKNOWN] = 2,    [SPECIAL_NO_HASH] = 3,
		[SPECIAL_NO_CONTENT] = 4, [SPECIAL_DIFFERS] = 5,
	};
	enum special_state worst = SPECIAL_NONE;

	for (size_t i = 0; i < sig->directory_count; i++) {
		enum special_state s = special_check(&sig->directories[i],
						     SLOT_INFO_PLIST, content);

		if (rank[s] > rank[worst])
			worst = s;
	}
	return worst;
}

static void set_info_plist(struct value_pool *pool, struct code *code,
			   const char *place, enum special_state state)
{
	struct value keys[] = {value_text(pool, "place"),
			       value_text(pool, "bound"),
			       value_text(pool, "state")};
	struct value vals[] = {value_text(pool, place),
			       value_bool(state == SPECIAL_MATCHES),
			       value_text(pool, special_state_text(state))};

	code_set(pool, code, FACT_INFO_PLIST, value_dict(pool, keys, vals, 3));
}

void signature_bind_info_plist(const struct signature *sig,
			       struct slice content, const char *place,
			       struct value_pool *pool,
			       const struct report *report, struct code *code)
{
	enum special_state state = info_plist_state(sig, content);

	if (sig->kind != SIGNATURE_PRESENT)
		return; /* the fact says so already */
	switch (state) {
	case SPECIAL_NONE:
		code_set_gap(pool, code, FACT_INFO_PLIST, FACT_ABSENT,
			     "no Info.plist, and none was signed");
		return;
	case SPECIAL_UNKNOWN:
		code_set_gap(pool, code, FACT_INFO_PLIST, FACT_FAILED,
			     "the CodeDirectory's hashes cannot be read");
		return;
	case SPECIAL_DIFFERS:
		REPORT(report, "info_plist_differs", SEVERITY_ERROR, -1,
		       "The Info.plist is not the one that was signed.");
		break;
	case SPECIAL_NO_CONTENT:
		REPORT(report, "info_plist_missing", SEVERITY_ERROR, -1,
		       "The Info.plist that was signed is missing.");
		break;
	case SPECIAL_NO_HASH:
		REPORT(report, "info_plist_not_signed", SEVERITY_WARNING, -1,
		       "The Info.plist is not covered by the signature.");
		break;
	case SPECIAL_MATCHES:
		break;
	}
	set_info_plist(pool, code, place, state);
}

/* From the file alone: a hash that the section does not match may be that of
 * a bundle's Info.plist, which the bundle then binds. */
static void info_plist_fact(struct signature_job *job)
{
	struct slice section = job->sig->info_plist;
	enum special_state state = info_plist_state(job->sig, section);

	if (state == SPECIAL_DIFFERS || state == SPECIAL_NO_CONTENT)
		gap(job, FACT_INFO_PLIST, FACT_FAILED,
		    "bound to an Info.plist outside this file");
	else if (state == SPECIAL_UNKNOWN)
		gap(job, FACT_INFO_PLIST, FACT_FAILED,
		    "the CodeDirectory's hashes cannot be read");
	else if (state == SPECIAL_NONE)
		gap(job, FACT_INFO_PLIST, FACT_ABSENT,
		    "no Info.plist was signed");
	else /* the section is code as well: its pages are signed */
		set_info_plist(job->pool, job->code, "section", state);
}

void signature_facts(struct signature_job *job)
{
	const struct code_directory *cd = signature_best(job->sig);

	if (!cd)
		cd = &job->sig->directories[0];
	identity_facts(job, cd);
	hash_facts(job);
	segment_facts(job, cd);
	entitlement_facts(job);
	derived_facts(job, cd);
	requirement_facts(job);
	constraint_facts(job);
	info_plist_fact(job);
}
