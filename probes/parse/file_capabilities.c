#include "file_capabilities.h"

#include "../../model/base/cursor.h"
#include "../../model/capability.h"
#include "proc_text.h"

enum {
	FLAG_EFFECTIVE = 1,
	BYTES_V1 = 12,
	BYTES_V2 = 20,
	BYTES_V3 = 24,
};

enum status file_capabilities_parse(struct slice attribute,
				    struct file_capabilities *out,
				    struct error *err)
{
	struct cursor c = cursor_of(attribute);
	uint32_t magic = cursor_le32(&c), version = magic >> 24;
	size_t expected = version == 1   ? BYTES_V1
			  : version == 2 ? BYTES_V2
					 : BYTES_V3;

	if (c.failed || version < 1 || version > 3)
		return error_set(err, STATUS_MALFORMED, 0,
				 "expected version 1, 2 or 3 of file "
				 "capabilities, found %u in %zu bytes",
				 (unsigned)version, attribute.len);
	if (attribute.len != expected)
		return error_set(err, STATUS_MALFORMED, 4,
				 "version %u of file capabilities has %zu "
				 "bytes, found %zu",
				 (unsigned)version, expected, attribute.len);
	*out = (struct file_capabilities){
		.effective = (magic & FLAG_EFFECTIVE) != 0,
	};
	out->permitted = cursor_le32(&c);
	out->inheritable = cursor_le32(&c);
	if (version > 1) {
		out->permitted |= (uint64_t)cursor_le32(&c) << 32;
		out->inheritable |= (uint64_t)cursor_le32(&c) << 32;
	}
	out->has_root_id = version == 3;
	out->root_id = version == 3 ? cursor_le32(&c) : 0;
	return STATUS_OK;
}

static struct value one(struct value_pool *pool,
			const struct file_capabilities *c, unsigned bit)
{
	const char *name = capability_name(bit);
	bool permitted = c->permitted >> bit & 1;
	bool inheritable = c->inheritable >> bit & 1;
	char number[16], text[64];

	(void)snprintf(number, sizeof(number), "cap_%u", bit);
	(void)snprintf(text, sizeof(text), "%s=%s%s%s", name ? name : number,
		       c->effective ? "e" : "", inheritable ? "i" : "",
		       permitted ? "p" : "");
	return value_text(pool, text);
}

struct value file_capabilities_value(struct value_pool *pool,
				     const struct file_capabilities *c)
{
	struct value items[PROC_CAPABILITIES + 1];
	size_t n = 0;
	char text[32];

	for (unsigned bit = 0; bit < PROC_CAPABILITIES; bit++)
		if ((c->permitted | c->inheritable) >> bit & 1)
			items[n++] = one(pool, c, bit);
	if (c->has_root_id) {
		(void)snprintf(text, sizeof(text), "rootid %u",
			       (unsigned)c->root_id);
		items[n++] = value_text(pool, text);
	}
	return value_list(pool, items, n);
}
