/* A profile as a value, for people and JSON. */
#include "dict.h"
#include "profile.h"

static const char *const kind_ids[] = {
	[PROFILE_APP_STORE] = "app_store",
	[PROFILE_DEVELOPER_ID] = "developer_id",
	[PROFILE_ENTERPRISE] = "enterprise",
	[PROFILE_DEVELOPMENT] = "development",
	[PROFILE_AD_HOC] = "ad_hoc",
	[PROFILE_UNKNOWN] = "unknown",
};

_Static_assert(sizeof(kind_ids) / sizeof(*kind_ids) == PROFILE_KIND_COUNT,
	       "every kind has an id");

const char *profile_kind_id(enum profile_kind kind)
{
	return (unsigned)kind < PROFILE_KIND_COUNT ? kind_ids[kind] : "";
}

static struct value devices_of(const struct profile *p)
{
	return value_get(p->der.type == VALUE_DICT ? p->der : p->plist,
			 "ProvisionedDevices");
}

void profile_kind_text(const struct profile *p, struct text *out)
{
	static const char *const texts[] = {
		[PROFILE_APP_STORE] = "App Store",
		[PROFILE_DEVELOPER_ID] = "Developer ID, all devices",
		[PROFILE_ENTERPRISE] = "in-house, all devices",
		[PROFILE_DEVELOPMENT] = "development",
		[PROFILE_AD_HOC] = "ad hoc",
		[PROFILE_UNKNOWN] = "of an unknown kind",
	};
	size_t devices = value_count(devices_of(p));

	_Static_assert(sizeof(texts) / sizeof(*texts) == PROFILE_KIND_COUNT,
		       "every kind has a text");
	text_add_text(out, texts[p->kind]);
	if (devices_of(p).type == VALUE_LIST)
		text_addf(out, ", %zu device%s", devices,
			  devices == 1 ? "" : "s");
}

static void copy_key(struct dict *d, const char *key, struct value from,
		     const char *name)
{
	dict_put(d, key, value_retain(value_get(from, name)));
}

static void put_signature(struct dict *whole, const char *key,
			  const struct profile_signature *s)
{
	struct dict d = {.pool = whole->pool};

	if (!s->present)
		return;
	dict_put(&d, "valid", value_bool(s->holds));
	dict_put(&d, "trusted", value_bool(s->trusted));
	dict_put_text(&d, "why", s->why);
	if (s->chain.count)
		dict_put(&d, "authorities",
			 certificate_chain_names(d.pool, &s->chain));
	dict_put(whole, key, dict_end(&d));
}

/* Those that cannot be read are strings that say so. */
static struct value certificates_of(const struct profile *p)
{
	struct value list = value_get(p->plist, "DeveloperCertificates");
	struct value items[PROFILE_CERTIFICATES_MAX];
	size_t count = 0;

	for (size_t i = 0;
	     i < value_count(list) && count < PROFILE_CERTIFICATES_MAX; i++) {
		struct certificate c = {0};

		if (certificate_parse(value_slice(value_at(list, i)), &c,
				      NULL)) {
			items[count++] = value_text(
				p->pool, "a certificate that cannot be read");
			continue;
		}
		items[count++] = certificate_describe(p->pool, &c);
		certificate_release(&c);
	}
	return value_list(p->pool, items, count);
}

struct value profile_describe(const struct profile *p)
{
	struct value copy = p->der.type == VALUE_DICT ? p->der : p->plist;
	struct dict d = {.pool = p->pool};
	struct text kind;

	copy_key(&d, "name", copy, "Name");
	copy_key(&d, "uuid", copy, "UUID");
	copy_key(&d, "team_ids", copy, "TeamIdentifier");
	copy_key(&d, "team_name", copy, "TeamName");
	copy_key(&d, "app_id_name", copy, "AppIDName");
	copy_key(&d, "app_id_prefixes", copy, "ApplicationIdentifierPrefix");
	copy_key(&d, "platforms", copy, "Platform");
	dict_put_text(&d, "kind", profile_kind_id(p->kind));
	text_init(&kind, 128);
	profile_kind_text(p, &kind);
	dict_put(&d, "kind_text", value_string(p->pool, text_slice(&kind)));
	text_release(&kind);
	dict_put_text(&d, "kind_why", p->kind_why);
	copy_key(&d, "created", copy, "CreationDate");
	copy_key(&d, "expires", copy, "ExpirationDate");
	if (devices_of(p).type == VALUE_LIST)
		dict_put(&d, "devices",
			 value_int((int64_t)value_count(devices_of(p))));
	copy_key(&d, "device_ids", copy, "ProvisionedDevices");
	copy_key(&d, "all_devices", copy, "ProvisionsAllDevices");
	copy_key(&d, "xcode_managed", copy, "IsXcodeManaged");
	copy_key(&d, "local_provision", copy, "LocalProvision");
	put_signature(&d, "signature", &p->signature);
	put_signature(&d, "der_signature", &p->der_signature);
	dict_put(&d, "certificates", certificates_of(p));
	dict_put(&d, "entitlements", value_retain(p->entitlements));
	return dict_end(&d);
}
