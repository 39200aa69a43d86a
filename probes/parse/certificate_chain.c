#include "certificate.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "apple_roots.h"

/* What a failed verification proves. Sentences are static. */
static void explain(int error, struct certificate_chain *out)
{
	switch (error) {
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
		out->state = CHAIN_INCOMPLETE;
		out->why = "no root of Apple's above the signer";
		break;
	case X509_V_ERR_CERT_HAS_EXPIRED:
		out->state = CHAIN_BROKEN;
		out->why = "a certificate had expired when it was used";
		break;
	case X509_V_ERR_CERT_NOT_YET_VALID:
		out->state = CHAIN_BROKEN;
		out->why = "a certificate was not valid yet when it was used";
		break;
	case X509_V_ERR_CERT_SIGNATURE_FAILURE:
		out->state = CHAIN_BROKEN;
		out->why = "a certificate was not signed by the one that it "
			   "names as its issuer";
		break;
	default:
		out->state = CHAIN_BROKEN;
		out->why = X509_verify_cert_error_string(error);
		break;
	}
}

static bool add_apple_roots(X509_STORE *store)
{
	for (size_t i = 0; i < APPLE_ROOT_COUNT; i++) {
		struct certificate root = {0};
		bool ok = !certificate_parse(slice_of(apple_roots[i].der,
						      apple_roots[i].len),
					     &root, NULL) &&
			  root.anchor &&
			  X509_STORE_add_cert(store, root.x509) == 1;

		certificate_release(&root);
		if (!ok)
			return false;
	}
	return true;
}

/* Apple's roots that came along: no need to parse them again. */
static bool add_carried_roots(X509_STORE *store,
			      const struct certificate *carried, size_t count,
			      bool *any)
{
	for (size_t i = 0; i < count; i++) {
		if (!carried[i].anchor)
			continue;
		if (X509_STORE_add_cert(store, carried[i].x509) != 1)
			return false;
		*any = true;
	}
	return true;
}

static bool add_self_signed(X509_STORE *store, const struct certificate *leaf,
			    const struct certificate *carried, size_t count)
{
	if (leaf->self_signed && X509_STORE_add_cert(store, leaf->x509) != 1)
		return false;
	for (size_t i = 0; i < count; i++)
		if (carried[i].self_signed &&
		    X509_STORE_add_cert(store, carried[i].x509) != 1)
			return false;
	return true;
}

/* Copies the chain that the verification built, whole or not. */
static enum status take_chain(X509_STORE_CTX *ctx,
			      struct certificate_chain *out, struct error *err)
{
	STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(ctx);
	enum status st = STATUS_OK;

	certificate_chain_release(out);
	for (int i = 0; !st && i < sk_X509_num(chain) &&
			out->count < CERTIFICATE_CHAIN_MAX;
	     i++) {
		st = certificate_of_x509(sk_X509_value(chain, i),
					 &out->items[out->count], err);
		if (!st)
			out->count++;
	}
	return st == STATUS_MEMORY ? st : STATUS_OK;
}

/* One verification against one store. */
static enum status verify(X509_STORE *store, const struct certificate *leaf,
			  STACK_OF(X509) * carried, const int64_t *time_ns,
			  struct certificate_chain *out, struct error *err)
{
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	unsigned long flags = X509_V_FLAG_IGNORE_CRITICAL;
	enum status st;
	X509_VERIFY_PARAM *param;

	if (!ctx || !X509_STORE_CTX_init(ctx, store, leaf->x509, carried)) {
		X509_STORE_CTX_free(ctx);
		return error_set(err, STATUS_MEMORY, -1,
				 "no memory to check certificates");
	}
	param = X509_STORE_CTX_get0_param(ctx);
	X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_ANY);
	X509_VERIFY_PARAM_set_depth(param, CERTIFICATE_CHAIN_MAX - 2);
	if (time_ns)
		X509_VERIFY_PARAM_set_time(param,
					   (time_t)(*time_ns / 1000000000));
	else
		flags |= X509_V_FLAG_NO_CHECK_TIME;
	X509_VERIFY_PARAM_set_flags(param, flags);
	if (X509_verify_cert(ctx) == 1) {
		st = take_chain(ctx, out, err);
		out->state = CHAIN_OTHER;
		out->why = "its root is none of Apple's";
	} else {
		int error = X509_STORE_CTX_get_error(ctx);

		st = take_chain(ctx, out, err);
		explain(error, out);
	}
	out->time_checked = time_ns != NULL;
	X509_STORE_CTX_free(ctx);
	ERR_clear_error();
	return st;
}

/* basicConstraints, which a purpose of "any" might let pass. */
static void check_issuers(struct certificate_chain *c)
{
	for (size_t i = 1; i < c->count; i++)
		if (!c->items[i].is_ca) {
			c->state = CHAIN_BROKEN;
			c->why = "a certificate was issued by one that may "
				 "issue none";
		}
}

/* Which roots a verification trusts. */
enum roots { ROOTS_CARRIED_APPLE, ROOTS_APPLE, ROOTS_SELF_SIGNED };

struct building {
	const struct certificate *leaf, *carried;
	size_t count;
	const int64_t *time_ns;
	STACK_OF(X509) * stack;
};

static bool fill_store(X509_STORE *store, enum roots roots,
		       const struct building *b, bool *any)
{
	*any = true;
	switch (roots) {
	case ROOTS_CARRIED_APPLE:
		*any = false;
		return add_carried_roots(store, b->carried, b->count, any);
	case ROOTS_APPLE:
		return add_apple_roots(store);
	default:
		return add_self_signed(store, b->leaf, b->carried, b->count);
	}
}

/* One verification; what it found replaces *out unless it found less. */
static enum status attempt(const struct building *b, enum roots roots,
			   struct certificate_chain *out, struct error *err)
{
	struct certificate_chain found = {.state = CHAIN_INCOMPLETE};
	X509_STORE *store = X509_STORE_new();
	enum status st = STATUS_OK;
	bool any = false;

	if (!store || !fill_store(store, roots, b, &any))
		st = error_set(err, STATUS_MEMORY, -1,
			       "no memory to check certificates");
	else if (any)
		st = verify(store, b->leaf, b->stack, b->time_ns, &found, err);
	X509_STORE_free(store);
	if (st || (found.state == CHAIN_INCOMPLETE && out->count)) {
		certificate_chain_release(&found);
		return st;
	}
	if (found.state == CHAIN_OTHER && roots != ROOTS_SELF_SIGNED) {
		found.anchor = found.items[found.count - 1].anchor;
		found.state = CHAIN_APPLE;
		found.why = NULL;
	}
	if (found.state == CHAIN_APPLE || found.state == CHAIN_OTHER)
		check_issuers(&found);
	certificate_chain_release(out);
	*out = found;
	return STATUS_OK;
}

enum status certificate_chain_build(const struct certificate *leaf,
				    const struct certificate *carried,
				    size_t carried_count,
				    const int64_t *time_ns,
				    struct certificate_chain *out,
				    struct error *err)
{
	struct building b = {leaf, carried, carried_count, time_ns,
			     sk_X509_new_null()};
	bool ok = b.stack != NULL;
	enum status st = STATUS_OK;

	*out = (struct certificate_chain){.state = CHAIN_INCOMPLETE};
	for (size_t i = 0; ok && i < carried_count; i++)
		ok = sk_X509_push(b.stack, carried[i].x509) > 0;
	if (!ok)
		st = error_set(err, STATUS_MEMORY, -1,
			       "no memory to check certificates");
	for (int roots = ROOTS_CARRIED_APPLE;
	     !st && roots <= ROOTS_SELF_SIGNED &&
	     out->state == CHAIN_INCOMPLETE;
	     roots++)
		st = attempt(&b, (enum roots)roots, out, err);
	if (st)
		certificate_chain_release(out);
	sk_X509_free(b.stack);
	ERR_clear_error();
	return st;
}

void certificate_chain_release(struct certificate_chain *c)
{
	for (size_t i = 0; i < c->count; i++)
		certificate_release(&c->items[i]);
	*c = (struct certificate_chain){.state = CHAIN_INCOMPLETE};
}

struct value certificate_chain_names(struct value_pool *pool,
				     const struct certificate_chain *c)
{
	struct value items[CERTIFICATE_CHAIN_MAX];
	struct text t;

	text_init(&t, CERTIFICATE_NAME_MAX);
	for (size_t i = 0; i < c->count; i++) {
		text_reset(&t);
		if (!certificate_subject(&c->items[i], "CN", &t))
			text_add_text(&t, "(no common name)");
		items[i] = value_string(pool, text_slice(&t));
	}
	text_release(&t);
	return value_list(pool, items, c->count);
}

const struct certificate *certificate_chain_slot(
	const struct certificate_chain *c, int slot)
{
	int64_t at = slot >= 0 ? slot : (int64_t)c->count + slot;

	return at >= 0 && (size_t)at < c->count ? &c->items[at] : NULL;
}
