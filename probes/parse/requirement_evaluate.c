/*
 * Whether a program fulfils a requirement. Every operand is read whatever the
 * answer already is, because the code has no lengths; what cannot be known
 * from a file stays unknown and is carried through `and`, `or` and `!`.
 */
#include "requirement_match.h"

struct machine {
	struct requirement_reader r;
	const struct requirement_subject *subject;
};

static enum truth evaluate(struct machine *m, unsigned depth);

static enum truth truth_of(bool b)
{
	return b ? TRUTH_TRUE : TRUTH_FALSE;
}

static enum truth truth_and(enum truth a, enum truth b)
{
	if (a == TRUTH_FALSE || b == TRUTH_FALSE)
		return TRUTH_FALSE;
	return a == TRUTH_TRUE && b == TRUTH_TRUE ? TRUTH_TRUE : TRUTH_UNKNOWN;
}

static enum truth truth_not(enum truth a)
{
	if (a == TRUTH_UNKNOWN)
		return a;
	return a == TRUTH_TRUE ? TRUTH_FALSE : TRUTH_TRUE;
}

static enum truth truth_or(enum truth a, enum truth b)
{
	return truth_not(truth_and(truth_not(a), truth_not(b)));
}

/* Every link holds and the last certificate is a root. */
static bool is_complete(const struct certificate_chain *chain)
{
	return chain->state == CHAIN_APPLE || chain->state == CHAIN_OTHER;
}

/*
 * The certificate of a slot: 0 the leaf, 1 its issuer, -1 the root, -2 what
 * the root has issued. NULL: there is none, which answers "no" (Security
 * reqinterp.cpp), or, with *unknown, nobody can say: a chain that was not
 * carried up to its root.
 */
static const struct certificate *certificate_at(const struct machine *m,
						int32_t slot, bool *unknown)
{
	const struct certificate_chain *chain = m->subject->chain;
	int64_t index = slot;

	*unknown = !chain;
	if (!chain || !chain->count)
		return NULL;
	if (slot < 0) {
		*unknown = !is_complete(chain);
		if (!is_complete(chain))
			return NULL;
		index = (int64_t)chain->count + slot;
	}
	if (index < 0 || (uint64_t)index >= chain->count) {
		*unknown = !is_complete(chain);
		return NULL;
	}
	return &chain->items[index];
}

static enum truth no_certificate(bool unknown)
{
	return unknown ? TRUTH_UNKNOWN : TRUTH_FALSE;
}

static enum truth anchor_apple_generic(const struct machine *m)
{
	const struct certificate_chain *chain = m->subject->chain;

	if (!chain)
		return TRUTH_UNKNOWN;
	if (chain->count && !is_complete(chain))
		return TRUTH_UNKNOWN;
	return truth_of(chain->count && chain->state == CHAIN_APPLE);
}

/* Apple's own code: an Apple root, and the intermediate that signs nothing
 * else; or a cdhash in a trust cache. */
static enum truth anchor_apple(const struct machine *m)
{
	bool unknown;
	const struct certificate *c = certificate_at(m, -2, &unknown);
	enum truth chain = anchor_apple_generic(m);

	if (chain == TRUTH_TRUE)
		chain = !c ? no_certificate(unknown)
			   : truth_of(certificate_field_is(
					      c, "CN",
					      "Apple Code Signing "
					      "Certification Authority") &&
				      certificate_field_is(c, "O",
							   "Apple Inc."));
	return truth_or(chain, m->subject->platform_binary);
}

static enum truth evaluate_cdhash(struct machine *m)
{
	struct slice hash = requirement_read_data(&m->r);
	bool hit = false;

	for (size_t i = 0; i < m->subject->cdhash_count; i++)
		hit = hit || slice_equal(hash, m->subject->cdhashes[i]);
	return truth_of(hit);
}

/* The value of a key in a dictionary that may not have been read. */
static enum truth match_key(struct value dict, struct slice key,
			    const struct requirement_match *match)
{
	if (dict.type != VALUE_DICT)
		return TRUTH_UNKNOWN;
	return requirement_match_value(match, requirement_get(dict, key));
}

static enum truth evaluate_info(struct machine *m, bool legacy)
{
	struct slice key = requirement_read_data(&m->r);
	struct requirement_match match = {.op = MATCH_EQUAL};

	if (legacy)
		match.string = requirement_read_data(&m->r);
	else
		match = requirement_read_match(&m->r);
	return match_key(m->subject->info, key, &match);
}

static enum truth evaluate_entitlement(struct machine *m)
{
	struct slice key = requirement_read_data(&m->r);
	struct requirement_match match = requirement_read_match(&m->r);

	return match_key(m->subject->entitlements, key, &match);
}

static enum truth evaluate_certificate(struct machine *m, uint32_t op)
{
	bool unknown;
	int32_t slot = (int32_t)requirement_read_word(&m->r);
	const struct certificate *c = certificate_at(m, slot, &unknown);
	struct requirement_match match = {.op = MATCH_EXISTS};
	struct slice key;

	if (op == OP_CERTIFICATE_TRUSTED) /* by this Mac's trust settings */
		return c ? TRUTH_UNKNOWN : no_certificate(unknown);
	key = requirement_read_data(&m->r);
	if (op != OP_ANCHOR_HASH)
		match = requirement_read_match(&m->r);
	if (m->r.status != STATUS_OK || !c)
		return no_certificate(unknown);
	switch (op) {
	case OP_ANCHOR_HASH:
		return truth_of(
			slice_equal(key, slice_of(c->sha1, sizeof(c->sha1))));
	case OP_CERTIFICATE_FIELD:
		return requirement_match_subject(&match, c, key);
	case OP_CERTIFICATE_POLICY:
		return requirement_match_presence(&match,
						  certificate_policy(c, key));
	default:
		return requirement_match_extension(&match, c, key);
	}
}

static enum truth evaluate_unknown(struct machine *m, uint32_t op,
				   unsigned depth)
{
	if (!requirement_skip_unknown(&m->r, op))
		return TRUTH_UNKNOWN;
	/* A later system knows it; ours need not be the one that asks. */
	if (op & OP_GENERIC_FALSE)
		return TRUTH_UNKNOWN;
	return truth_and(evaluate(m, depth + 1), TRUTH_UNKNOWN);
}

static enum truth evaluate_pair(struct machine *m, uint32_t op, unsigned depth)
{
	enum truth left = evaluate(m, depth + 1);
	enum truth right = evaluate(m, depth + 1);

	return op == OP_AND ? truth_and(left, right) : truth_or(left, right);
}

static enum truth evaluate(struct machine *m, unsigned depth)
{
	uint32_t op = requirement_read_op(&m->r, depth);
	const struct requirement_subject *s = m->subject;

	if (m->r.status != STATUS_OK)
		return TRUTH_UNKNOWN;
	switch (op & OP_NUMBER) {
	case OP_FALSE:
		return TRUTH_FALSE;
	case OP_TRUE:
		return TRUTH_TRUE;
	case OP_IDENTIFIER:
		return truth_of(slice_equal(requirement_read_data(&m->r),
					    s->identifier));
	case OP_ANCHOR_APPLE:
		return anchor_apple(m);
	case OP_ANCHOR_APPLE_GENERIC:
		return anchor_apple_generic(m);
	case OP_AND:
	case OP_OR:
		return evaluate_pair(m, op & OP_NUMBER, depth);
	case OP_NOT:
		return truth_not(evaluate(m, depth + 1));
	case OP_CDHASH:
		return evaluate_cdhash(m);
	case OP_INFO_VALUE:
		return evaluate_info(m, true);
	case OP_INFO_FIELD:
		return evaluate_info(m, false);
	case OP_ENTITLEMENT:
		return evaluate_entitlement(m);
	case OP_ANCHOR_HASH:
	case OP_CERTIFICATE_FIELD:
	case OP_CERTIFICATE_TRUSTED:
	case OP_CERTIFICATE_OID:
	case OP_CERTIFICATE_POLICY:
	case OP_CERTIFICATE_DATE:
		return evaluate_certificate(m, op & OP_NUMBER);
	case OP_ANCHOR_TRUSTED:
		return s->chain && !s->chain->count ? TRUTH_FALSE
						    : TRUTH_UNKNOWN;
	case OP_ANCHOR_NAMED:
	case OP_CODE_NAMED: /* by tables of the system that asks */
		requirement_read_data(&m->r);
		return TRUTH_UNKNOWN;
	case OP_PLATFORM:
		return truth_of(requirement_read_word(&m->r) == s->platform);
	case OP_NOTARIZED:
		return s->notarized;
	case OP_LEGACY:
		return TRUTH_UNKNOWN;
	default:
		return evaluate_unknown(m, op, depth);
	}
}

enum status requirement_evaluate(struct slice blob,
				 const struct requirement_subject *subject,
				 enum truth *out, struct error *err)
{
	struct machine m = {.subject = subject};
	enum status status = requirement_open(blob, 0, &m.r, err);
	enum truth answer;

	if (status != STATUS_OK)
		return status;
	answer = evaluate(&m, 0);
	status = requirement_close(&m.r);
	if (status == STATUS_OK)
		*out = answer;
	return status;
}
