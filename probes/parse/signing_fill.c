/* The facts and findings of a signature's CMS. */
#include "signing_class.h"

#include "dict.h"

/* What all the steps need. cms_at: of the CMS in the file, -1: none. */
struct filling {
	const struct signature *sig;
	struct value_pool *pool;
	const struct report *report;
	struct code *code;
	const struct cms *cms;
	int64_t cms_at;
};

static bool in_chain(const struct certificate_chain *c,
		     const struct certificate *one)
{
	for (size_t i = 0; i < c->count; i++)
		if (!memcmp(c->items[i].sha256, one->sha256,
			    sizeof(one->sha256)))
			return true;
	return false;
}

/* The signer's chain, leaf first, then what else came along. */
static struct value certificate_list(const struct filling *f)
{
	struct value items[2 * CERTIFICATE_CHAIN_MAX];
	const struct cms *c = f->cms;
	size_t count = 0;

	for (size_t i = 0; i < c->chain.count; i++)
		items[count++] =
			certificate_describe(f->pool, &c->chain.items[i]);
	for (size_t i = 0; i < c->carried_count; i++)
		if (!in_chain(&c->chain, &c->carried[i]))
			items[count++] =
				certificate_describe(f->pool, &c->carried[i]);
	return value_list(f->pool, items, count);
}

static const char *chain_state_id(enum chain_state s)
{
	static const char *const ids[] = {
		[CHAIN_APPLE] = "apple",
		[CHAIN_OTHER] = "other",
		[CHAIN_INCOMPLETE] = "incomplete",
		[CHAIN_BROKEN] = "broken",
	};

	_Static_assert(sizeof(ids) / sizeof(*ids) == CHAIN_STATE_COUNT,
		       "every state of a chain has an id");
	return ids[s];
}

static const char *listing_id(enum cms_listing l)
{
	switch (l) {
	case CMS_LISTING_AGREES:
		return "agree";
	case CMS_LISTING_DIFFERS:
		return "differ";
	case CMS_LISTING_ABSENT:
		break;
	}
	return "absent";
}

static const char *verdict_id(enum cms_verdict v)
{
	switch (v) {
	case CMS_VALID:
		return "valid";
	case CMS_INVALID:
		return "invalid";
	case CMS_UNUSABLE:
		return "unusable";
	case CMS_ABSENT:
		break;
	}
	return "absent";
}

static void set_check(const struct filling *f, const struct signing_verdict *v)
{
	const struct cms *c = f->cms;
	struct dict d = {.pool = f->pool};

	dict_put_text(&d, "state", verdict_id(c->verdict));
	dict_put_text(&d, "why", c->why);
	dict_put_text(&d, "class_evidence", v->evidence);
	if (c->chain.count) {
		dict_put_text(&d, "over", "the CodeDirectory of slot 0");
		dict_put_text(&d, "digest", c->digest);
		dict_put_text(&d, "chain", chain_state_id(c->chain.state));
		dict_put_text(&d, "chain_why", c->chain.why);
		dict_put_text(&d, "anchor", c->chain.anchor);
		if (c->chain.time_checked)
			dict_put(&d, "chain_checked_at",
				 value_date(c->timestamp.time_ns));
		else
			dict_put_text(&d, "chain_time",
				      "not checked: no time stamp that can be "
				      "trusted");
		dict_put_text(&d, "cdhashes", listing_id(c->cdhashes));
		dict_put_text(&d, "directory_digests",
			      listing_id(c->cd_digests));
	}
	code_set(f->pool, f->code, FACT_CMS, dict_end(&d));
}

static void set_timestamp(const struct filling *f)
{
	const struct cms_timestamp *t = &f->cms->timestamp;
	struct dict d = {.pool = f->pool};

	if (!t->present) {
		code_set_gap(f->pool, f->code, FACT_TIMESTAMP, FACT_ABSENT,
			     "no time stamp");
		return;
	}
	if (t->time_ns)
		dict_put(&d, "time", value_date(t->time_ns));
	dict_put(&d, "valid", value_bool(t->valid));
	dict_put(&d, "trusted", value_bool(t->trusted));
	dict_put_text(&d, "why", t->why);
	if (t->chain.count)
		dict_put(&d, "authorities",
			 certificate_chain_names(f->pool, &t->chain));
	code_set(f->pool, f->code, FACT_TIMESTAMP, dict_end(&d));
}

static void set_facts(const struct filling *f, const struct signing_verdict *v)
{
	const struct cms *c = f->cms;

	code_set(f->pool, f->code, FACT_SIGNING_CLASS,
		 value_text(f->pool, signing_class_id(v->class)));
	set_check(f, v);
	if (c->chain.count)
		code_set(f->pool, f->code, FACT_AUTHORITIES,
			 certificate_chain_names(f->pool, &c->chain));
	else if (c->verdict == CMS_UNUSABLE)
		code_set_gap(f->pool, f->code, FACT_AUTHORITIES, FACT_FAILED,
			     "the CMS could not be used");
	else
		code_set_gap(f->pool, f->code, FACT_AUTHORITIES, FACT_ABSENT,
			     "no one has signed it");
	if (c->chain.count || c->carried_count)
		code_set(f->pool, f->code, FACT_CERTIFICATES,
			 certificate_list(f));
	else
		code_set_gap(
			f->pool, f->code, FACT_CERTIFICATES,
			c->verdict == CMS_UNUSABLE ? FACT_FAILED : FACT_ABSENT,
			c->verdict == CMS_UNUSABLE ? "the CMS could not be used"
						   : "it carries none");
	if (c->has_signing_time)
		code_set(f->pool, f->code, FACT_SIGNING_TIME,
			 value_date(c->signing_time_ns));
	else
		code_set_gap(f->pool, f->code, FACT_SIGNING_TIME, FACT_ABSENT,
			     "it names none");
	set_timestamp(f);
}

/* Of code that has no CMS to speak of: no signature, or one that cannot be
 * read. */
static void set_all(const struct filling *f, enum signing_class class,
		    enum fact_state state, const char *reason)
{
	static const enum fact_id ids[] = {
		FACT_AUTHORITIES,  FACT_CERTIFICATES, FACT_CMS,
		FACT_SIGNING_TIME, FACT_TIMESTAMP,
	};

	code_set(f->pool, f->code, FACT_SIGNING_CLASS,
		 value_text(f->pool, signing_class_id(class)));
	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++)
		code_set_gap(f->pool, f->code, ids[i], state, reason);
}

/* What a certificate's own end means where no trusted time stamp says when it
 * was used. A note: the clock of this machine is not asked. */
static void find_time(const struct filling *f, uint32_t flags)
{
	const struct cms *c = f->cms;
	struct text end;

	if (c->timestamp.trusted || !c->chain.count)
		return;
	text_init(&end, 64);
	text_add_time(&end, c->chain.items[0].not_after_ns);
	if (c->has_signing_time &&
	    (c->signing_time_ns < c->chain.items[0].not_before_ns ||
	     c->signing_time_ns > c->chain.items[0].not_after_ns))
		REPORT(f->report, "signed_outside_validity", SEVERITY_NOTE,
		       f->cms_at,
		       "the signing time it names is outside its certificate's "
		       "validity, which ends %s, and no time stamp proves "
		       "another",
		       end.ptr);
	else
		REPORT(f->report, "no_trusted_timestamp",
		       flags & CD_FLAG_EXPIRES ? SEVERITY_WARNING
					       : SEVERITY_NOTE,
		       f->cms_at,
		       "no trusted time stamp: when it was signed is not "
		       "proven; its certificate ends %s%s",
		       end.ptr,
		       flags & CD_FLAG_EXPIRES ? ", and the signature with it"
					       : "");
	text_release(&end);
}

static void find_listings(const struct filling *f)
{
	const struct cms *c = f->cms;

	if (c->cdhashes == CMS_LISTING_DIFFERS)
		REPORT(f->report, "cms_cdhashes_differ", SEVERITY_ERROR,
		       f->cms_at,
		       "the signed list of cdhashes is not that of the "
		       "CodeDirectories");
	if (c->cd_digests == CMS_LISTING_DIFFERS)
		REPORT(f->report, "cms_digests_differ", SEVERITY_ERROR,
		       f->cms_at,
		       "the signed digests are not those of the "
		       "CodeDirectories");
	if (c->cdhashes == CMS_LISTING_ABSENT &&
	    c->cd_digests == CMS_LISTING_ABSENT && f->sig->directory_count > 1)
		REPORT(f->report, "alternates_unsigned", SEVERITY_WARNING,
		       f->cms_at,
		       "only the CodeDirectory of slot 0 is signed: no "
		       "attribute lists the alternates");
}

static void find_timestamp(const struct filling *f)
{
	const struct cms_timestamp *t = &f->cms->timestamp;

	if (t->present && !t->valid)
		REPORT(f->report, "timestamp_invalid", SEVERITY_ERROR,
		       f->cms_at, "time stamp: %s", t->why);
	else if (t->present && !t->trusted)
		REPORT(f->report, "timestamp_untrusted", SEVERITY_WARNING,
		       f->cms_at, "the time stamp's authority: %s", t->why);
}

static void find_all(const struct filling *f, const struct signing_verdict *v,
		     uint32_t flags)
{
	const struct cms *c = f->cms;

	if (v->class == SIGNING_INVALID)
		REPORT(f->report, "signature_invalid", SEVERITY_ERROR,
		       f->cms_at, "%s", v->evidence);
	if (c->trailing)
		REPORT(f->report, "cms_trailing_bytes", SEVERITY_WARNING,
		       f->cms_at, "%zu bytes after the CMS in its slot",
		       c->trailing);
	if (c->verdict == CMS_ABSENT)
		return;
	if (flags & CD_FLAG_ADHOC)
		REPORT(f->report, "ad_hoc_with_cms", SEVERITY_WARNING,
		       f->cms_at,
		       "marked ad hoc, so systems ignore the CMS signature "
		       "that it carries");
	if (c->verdict != CMS_VALID)
		return;
	find_listings(f);
	find_timestamp(f);
	find_time(f, flags);
	if (c->carried_dropped)
		REPORT(f->report, "certificates_dropped", SEVERITY_WARNING,
		       f->cms_at,
		       "%zu certificates were not read, at most %d "
		       "are",
		       c->carried_dropped, CERTIFICATE_CHAIN_MAX);
}

enum status signing_fill(const struct signature *sig, struct value_pool *pool,
			 const struct report *report, struct code *code,
			 struct cms *cms, struct error *err)
{
	struct filling f = {sig, pool, report, code, cms, -1};
	struct cms_directory directories[SIGNATURE_DIRECTORIES_MAX];
	struct signing_verdict verdict = {.class = SIGNING_INVALID};
	const struct code_directory *first = &sig->directories[0];
	size_t count = sig->has_primary ? sig->directory_count : 0;
	enum status st;

	*cms = (struct cms){.chain.state = CHAIN_INCOMPLETE};
	if (sig->kind == SIGNATURE_NONE) {
		set_all(&f, SIGNING_UNSIGNED, FACT_ABSENT, "it is not signed");
		return STATUS_OK;
	}
	if (!sig->directory_count) {
		set_all(&f, SIGNING_INVALID, FACT_FAILED,
			"its signature cannot be read");
		return STATUS_OK;
	}
	for (size_t i = 0; i < count; i++)
		directories[i] = (struct cms_directory){
			.blob = sig->directories[i].blob,
			.hash_type = sig->directories[i].hash_type,
		};
	if (sig->cms.ptr)
		f.cms_at = (int64_t)(sig->super.file_offset +
				     (uint64_t)(sig->cms.ptr -
						sig->super.bytes.ptr));
	st = cms_read(sig->cms, directories, count, cms, err);
	if (st)
		return st;
	signing_judge(cms, first->flags, first->team, &verdict);
	set_facts(&f, &verdict);
	find_all(&f, &verdict, first->flags);
	return STATUS_OK;
}
