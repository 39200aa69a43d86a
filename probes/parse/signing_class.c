#include "signing_class.h"

#include <stdarg.h>
#include <stdio.h>

static const char *const class_ids[] = {
	[SIGNING_PLATFORM] = "platform",
	[SIGNING_APP_STORE] = "app_store",
	[SIGNING_TESTFLIGHT] = "testflight",
	[SIGNING_APPLE_DISTRIBUTION] = "apple_distribution",
	[SIGNING_APPLE_DEVELOPMENT] = "apple_development",
	[SIGNING_DEVELOPER_ID] = "developer_id",
	[SIGNING_AD_HOC] = "ad_hoc",
	[SIGNING_LINKER_SIGNED] = "linker_signed",
	[SIGNING_OTHER] = "other",
	[SIGNING_UNSIGNED] = "unsigned",
	[SIGNING_INVALID] = "invalid",
};

_Static_assert(sizeof(class_ids) / sizeof(*class_ids) == SIGNING_CLASS_COUNT,
	       "every class has an id");

const char *signing_class_id(enum signing_class c)
{
	return (unsigned)c < SIGNING_CLASS_COUNT ? class_ids[c] : "";
}

static uint32_t bit(enum certificate_marker m)
{
	return 1u << m;
}

static void decide(struct signing_verdict *v, enum signing_class class,
		   const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void decide(struct signing_verdict *v, enum signing_class class,
		   const char *format, ...)
{
	va_list args;

	v->class = class;
	va_start(args, format);
	(void)vsnprintf(v->evidence, sizeof(v->evidence), format, args);
	va_end(args);
}

/* Which markers a leaf and its issuer must have, below a root of Apple's
 * (Security LWCRHelper.mm, policydb.cpp, reqinterp.cpp). The first rule that
 * fits decides. has_team: the CodeDirectory's team must be the leaf's OU
 * (Security verifySignature). */
static const struct rule {
	enum signing_class class;
	enum certificate_marker leaf;
	enum certificate_marker issuers[3];
	size_t issuer_count;
	bool has_team;
} rules[] = {
	{SIGNING_APP_STORE,
	 MARKER_MAC_APP_STORE,
	 {MARKER_WWDR, MARKER_WWDR_G2},
	 2,
	 false},
	{SIGNING_TESTFLIGHT,
	 MARKER_TESTFLIGHT,
	 {MARKER_WWDR, MARKER_WWDR_G2},
	 2,
	 false},
	{SIGNING_TESTFLIGHT,
	 MARKER_TESTFLIGHT_QA,
	 {MARKER_WWDR, MARKER_WWDR_G2},
	 2,
	 false},
	{SIGNING_DEVELOPER_ID,
	 MARKER_DEVELOPER_ID_APP,
	 {MARKER_DEVELOPER_ID_CA},
	 1,
	 true},
	{SIGNING_APPLE_DISTRIBUTION,
	 MARKER_DISTRIBUTION,
	 {MARKER_WWDR, MARKER_WWDR_G2},
	 2,
	 true},
	{SIGNING_APPLE_DISTRIBUTION,
	 MARKER_DISTRIBUTION_IOS,
	 {MARKER_WWDR, MARKER_WWDR_G2},
	 2,
	 true},
	{SIGNING_APPLE_DEVELOPMENT,
	 MARKER_DEVELOPMENT,
	 {MARKER_WWDR, MARKER_WWDR_G2},
	 2,
	 true},
	{SIGNING_APPLE_DEVELOPMENT,
	 MARKER_DEVELOPMENT_IOS,
	 {MARKER_WWDR, MARKER_WWDR_G2},
	 2,
	 true},
};

static bool has_name(const struct certificate *c, const char *field,
		     const char *name)
{
	struct text t;
	bool same;

	text_init(&t, CERTIFICATE_NAME_MAX);
	same = certificate_subject(c, field, &t) &&
	       slice_is(text_slice(&t), name);
	text_release(&t);
	return same;
}

/* Apple's own code: "anchor apple" of Security's reqinterp.cpp. */
static bool is_platform(const struct certificate_chain *c)
{
	return c->count == 3 && (c->items[0].markers & bit(MARKER_PLATFORM)) &&
	       has_name(&c->items[1], "CN",
			"Apple Code Signing Certification Authority") &&
	       has_name(&c->items[1], "O", "Apple Inc.");
}

static const struct rule *find_rule(const struct certificate_chain *c)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		uint32_t issuers = 0;

		for (size_t k = 0; k < rules[i].issuer_count; k++)
			issuers |= bit(rules[i].issuers[k]);
		if (c->count > 2 &&
		    (c->items[0].markers & bit(rules[i].leaf)) &&
		    (c->items[1].markers & issuers))
			return &rules[i];
	}
	return NULL;
}

/* The first of the issuer's markers that the rule takes. */
static const char *issuer_marker(const struct rule *r,
				 const struct certificate *issuer)
{
	for (size_t i = 0; i < r->issuer_count; i++)
		if (issuer->markers & bit(r->issuers[i]))
			return certificate_marker_oid(r->issuers[i]);
	return "";
}

static void judge_apple(const struct certificate_chain *c, struct slice team,
			struct signing_verdict *out)
{
	const struct certificate *leaf = &c->items[0];
	const struct rule *r = find_rule(c);
	struct text unit;

	if (!leaf->eku_code_signing) {
		decide(out, SIGNING_INVALID,
		       "its certificate is Apple's but may not sign code");
		return;
	}
	if (is_platform(c)) {
		decide(out, SIGNING_PLATFORM,
		       "the leaf has %s and the issuer is Apple's code signing "
		       "authority, below %s",
		       certificate_marker_oid(MARKER_PLATFORM), c->anchor);
		return;
	}
	if (!r) {
		decide(out, SIGNING_OTHER,
		       "below %s, but with none of the markers that this "
		       "program knows as a class",
		       c->anchor);
		return;
	}
	decide(out, r->class, "the leaf has %s (%s), its issuer %s, below %s",
	       certificate_marker_oid(r->leaf),
	       certificate_marker_text(r->leaf), issuer_marker(r, &c->items[1]),
	       c->anchor);
	text_init(&unit, CERTIFICATE_NAME_MAX);
	if (r->has_team && team.len &&
	    (!certificate_subject(leaf, "OU", &unit) ||
	     !slice_equal(text_slice(&unit), team)))
		decide(out, SIGNING_INVALID,
		       "the team of the CodeDirectory is not the one of the "
		       "signer's certificate");
	text_release(&unit);
}

void signing_judge(const struct cms *cms, uint32_t flags, struct slice team,
		   struct signing_verdict *out)
{
	if (flags & CD_FLAG_ADHOC) {
		bool linker = (flags & CD_FLAG_LINKER_SIGNED) != 0;

		decide(out, linker ? SIGNING_LINKER_SIGNED : SIGNING_AD_HOC,
		       linker ? "flags linker-signed and ad hoc: made by the "
				"linker, no one has signed it"
			      : "flag ad hoc: no one has signed it");
		return;
	}
	switch (cms->verdict) {
	case CMS_ABSENT:
		decide(out, SIGNING_INVALID,
		       "no CMS signature, though it is not marked ad hoc");
		return;
	case CMS_UNUSABLE:
	case CMS_INVALID:
		decide(out, SIGNING_INVALID, "%s", cms->why);
		return;
	case CMS_VALID:
		break;
	}
	switch (cms->chain.state) {
	case CHAIN_APPLE:
		judge_apple(&cms->chain, team, out);
		return;
	case CHAIN_BROKEN:
		decide(out, SIGNING_INVALID, "its certificates do not hold: %s",
		       cms->chain.why);
		return;
	default:
		decide(out, SIGNING_OTHER, "signed by a certificate with %s",
		       cms->chain.state == CHAIN_OTHER
			       ? "a root that is none of Apple's"
			       : "no root of Apple's above it");
		return;
	}
}
