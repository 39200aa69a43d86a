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

static enum status build(X509_STORE *apple, X509_STORE *others,
			 STACK_OF(X509) * stack, const struct certificate *leaf,
			 const int64_t *time_ns, struct certificate_chain *out,
			 struct error *err)
{
	enum status st = verify(apple, leaf, stack, time_ns, out, err);
	struct certificate_chain other = {0};

	if (st)
		return st;
	if (out->state == CHAIN_OTHER) {
		out->anchor = out->items[out->count - 1].anchor;
		out->state = CHAIN_APPLE;
		out->why = NULL;
		check_issuers(out);
		return STATUS_OK;
	}
	if (out->state == CHAIN_BROKEN)
		return STATUS_OK;
	st = verify(others, leaf, stack, time_ns, &other, err);
	if (!st && other.state != CHAIN_INCOMPLETE) {
		certificate_chain_release(out);
		*out = other;
		if (out->state == CHAIN_OTHER)
			check_issuers(out);
		return STATUS_OK;
	}
	certificate_chain_release(&other);
	return st;
}

enum status certificate_chain_build(const struct certificate *leaf,
				    const struct certificate *carried,
				    size_t carried_count,
				    const int64_t *time_ns,
				    struct certificate_chain *out,
				    struct error *err)
{
	X509_STORE *apple = X509_STORE_new(), *others = X509_STORE_new();
	STACK_OF(X509) *stack = sk_X509_new_null();
	bool ok = apple && others && stack && add_apple_roots(apple) &&
		  add_self_signed(others, leaf, carried, carried_count);
	enum status st;

	*out = (struct certificate_chain){.state = CHAIN_INCOMPLETE};
	for (size_t i = 0; ok && i < carried_count; i++)
		ok = sk_X509_push(stack, carried[i].x509) > 0;
	if (ok)
		st = build(apple, others, stack, leaf, time_ns, out, err);
	else
		st = error_set(err, STATUS_MEMORY, -1,
			       "no memory to check certificates");
	if (st)
		certificate_chain_release(out);
	sk_X509_free(stack);
	X509_STORE_free(others);
	X509_STORE_free(apple);
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
