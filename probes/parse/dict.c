#include "dict.h"

#include <assert.h>

#include "../../model/base/text.h"

enum { HEX_BYTES_MAX = 64 << 10 };

void dict_put(struct dict *d, const char *key, struct value v)
{
	if (v.type == VALUE_NONE)
		return;
	assert(d->count < DICT_KEYS_MAX);
	d->keys[d->count] = value_text(d->pool, key);
	d->vals[d->count++] = v;
}

void dict_put_text(struct dict *d, const char *key, const char *text)
{
	if (text && *text)
		dict_put(d, key, value_text(d->pool, text));
}

void dict_put_hex(struct dict *d, const char *key, struct slice bytes)
{
	struct text t;

	text_init(&t, 2 * HEX_BYTES_MAX);
	for (size_t i = 0; i < bytes.len; i++)
		text_addf(&t, "%02x", bytes.ptr[i]);
	dict_put(d, key, value_string(d->pool, text_slice(&t)));
	text_release(&t);
}

struct value dict_end(struct dict *d)
{
	struct value v = value_dict(d->pool, d->keys, d->vals, d->count);

	d->count = 0;
	return v;
}
