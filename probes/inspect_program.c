#include "inspect_internal.h"

#include "parse/elf.h"
#include "parse/entitlement_rules.h"
#include "parse/filekind.h"
#include "parse/signing_class.h"

#ifdef __linux__
#include <fcntl.h>
#include <unistd.h>

#include "linux/code_program.h"
#endif

enum { PADDING_MAX = 16384 };

/* One architecture while it is read. */
struct reading {
	struct inspecting *in;
	const struct surroundings *around;
	struct report report;
	struct code *code;
	struct signature sig;
	struct cms cms;
};

static enum file_kind kind_of(const struct file *f)
{
	struct bytes b = file_bytes(f);
	uint8_t first[FILE_KIND_BYTES];
	size_t n = b.size < sizeof(first) ? (size_t)b.size : sizeof(first);

	if (b.read(&b, 0, n, first, NULL))
		return FILE_KIND_UNKNOWN;
	return file_kind_of(slice_of(first, n));
}

bool inspect_is_program(const struct file *f)
{
	enum file_kind kind = kind_of(f);

	return kind == FILE_KIND_MACHO || kind == FILE_KIND_FAT ||
	       kind == FILE_KIND_FAT64 || kind == FILE_KIND_ELF;
}

static struct value entitlement(const struct code *code, const char *key)
{
	return value_get(code->facts[FACT_ENTITLEMENTS].value, key);
}

static bool claims(const struct code *code, const char *key)
{
	struct value v = entitlement(code, key);

	return v.type == VALUE_BOOL && v.as.boolean;
}

/* What the entitlements say of the sandbox: a claim, which a running process
 * may have gone beyond. */
static void sandbox_facts(struct value_pool *pool, struct code *code)
{
	const struct fact *known = &code->facts[FACT_ENTITLEMENTS];
	struct value groups =
		entitlement(code, "com.apple.security.application-groups");
	bool sandboxed = claims(code, "com.apple.security.app-sandbox");
	bool inherits = claims(code, "com.apple.security.inherit");

	if (known->state != FACT_KNOWN && known->state != FACT_ABSENT) {
		code_set_gap(pool, code, FACT_SANDBOX, known->state,
			     known->reason);
		code_set_gap(pool, code, FACT_APP_GROUPS, known->state,
			     known->reason);
		return;
	}
	if (groups.type == VALUE_LIST)
		code_set(pool, code, FACT_APP_GROUPS, value_retain(groups));
	else
		code_set_gap(pool, code, FACT_APP_GROUPS, FACT_ABSENT, NULL);
	if (!sandboxed && !inherits) {
		code_set_gap(pool, code, FACT_SANDBOX, FACT_ABSENT,
			     "no entitlement app-sandbox");
		return;
	}
	code_set(pool, code, FACT_SANDBOX,
		 value_text(pool, !sandboxed ? "inherit without app-sandbox"
				  : inherits ? "app sandbox, inherited"
					     : "app sandbox"));
	code->facts[FACT_SANDBOX].state = FACT_INFERRED;
	code->facts[FACT_SANDBOX].reason = "its entitlements";
}

static enum signing_class class_of(const struct code *code)
{
	struct slice id = value_slice(code->facts[FACT_SIGNING_CLASS].value);

	for (int c = 0; c < SIGNING_CLASS_COUNT; c++)
		if (slice_is(id, signing_class_id((enum signing_class)c)))
			return (enum signing_class)c;
	return SIGNING_INVALID;
}

static bool any_not_authorized(struct value marks)
{
	for (size_t i = 0; i < value_count(marks); i++)
		if (slice_is(value_slice(value_get(value_at(marks, i), "mark")),
			     entitlement_mark_id(ENTITLEMENT_NOT_AUTHORIZED)))
			return true;
	return false;
}

/* Of a program alone nobody knows whether its bundle has a profile. */
static void mark_entitlements(struct reading *r, struct value entitlements,
			      struct slice team)
{
	struct report quiet = {NULL, r->report.path};
	bool known = !r->around->alone;
	struct value marks = entitlement_marks(
		r->in->pool, entitlements, r->around->profile,
		class_of(r->code), team, known ? &r->report : &quiet);

	if (!known && any_not_authorized(marks))
		REPORT(&r->report, "profile_not_looked_at", SEVERITY_NOTE, -1,
		       "some of its entitlements need a profile; only this "
		       "file was looked at, not the bundle it may be from");
	code_set(r->in->pool, r->code, FACT_ENTITLEMENT_AUTHORIZATION, marks);
}

static void profile_facts(struct reading *r)
{
	struct value_pool *pool = r->in->pool;
	const struct fact *claimed = &r->code->facts[FACT_ENTITLEMENTS];
	const struct profile *p = r->around->profile;
	struct slice team = value_slice(r->code->facts[FACT_TEAM_ID].value);
	struct value name = p ? value_get(p->plist, "Name") : value_none;

	if (name.type == VALUE_STRING)
		code_set(pool, r->code, FACT_PROFILE, value_retain(name));
	else
		code_set_gap(pool, r->code, FACT_PROFILE, FACT_ABSENT, NULL);
	if (claimed->state == FACT_KNOWN)
		mark_entitlements(r, claimed->value, team);
	else
		code_set_gap(pool, r->code, FACT_ENTITLEMENT_AUTHORIZATION,
			     claimed->state, claimed->reason);
	if (p && r->sig.kind == SIGNATURE_PRESENT)
		profile_check_signer(
			p, r->cms.chain.count ? &r->cms.chain.items[0] : NULL,
			team, &r->report);
}

static void ticket_fact(struct reading *r)
{
	struct slice cdhashes[SIGNATURE_DIRECTORIES_MAX];
	size_t count = signature_cdhashes(&r->sig, cdhashes);
	struct report report = r->report;

	if (!r->around->ticket) {
		code_set_gap(r->in->pool, r->code, FACT_NOTARIZATION_TICKET,
			     FACT_ABSENT,
			     "no ticket is stapled, which does not mean that "
			     "it is not notarized");
		return;
	}
	report.path = r->around->ticket_path;
	code_set(r->in->pool, r->code, FACT_NOTARIZATION_TICKET,
		 ticket_describe(r->in->pool, r->around->ticket, cdhashes,
				 count, &report));
}

/* Slot 3: the seal's own hash, in every directory. */
static void bind_seal(struct reading *r)
{
	for (size_t i = 0; i < r->sig.directory_count; i++) {
		const struct code_directory *cd = &r->sig.directories[i];

		switch (special_check(cd, SLOT_RESOURCES, r->around->seal)) {
		case SPECIAL_DIFFERS:
			REPORT(&r->report, "seal_differs", SEVERITY_ERROR,
			       cd->file_offset,
			       "_CodeSignature/CodeResources is not the one "
			       "that was signed");
			break;
		case SPECIAL_NO_CONTENT:
			REPORT(&r->report, "seal_missing", SEVERITY_ERROR,
			       cd->file_offset,
			       "_CodeSignature/CodeResources was signed and "
			       "is missing");
			break;
		case SPECIAL_NO_HASH:
			REPORT(&r->report, "seal_not_signed", SEVERITY_WARNING,
			       cd->file_offset,
			       "_CodeSignature/CodeResources is not covered "
			       "by the signature");
			break;
		default:
			break;
		}
	}
}

static void bundle_facts(struct reading *r)
{
	struct value id = value_get(r->around->info, "CFBundleIdentifier");

	if (id.type == VALUE_STRING)
		code_set(r->in->pool, r->code, FACT_BUNDLE_ID,
			 value_retain(id));
	if (r->around->info_plist.ptr || r->around->in_bundle)
		signature_bind_info_plist(&r->sig, r->around->info_plist,
					  "file", r->in->pool, &r->report,
					  r->code);
	if (r->around->in_bundle)
		bind_seal(r);
}

static enum status read_slice(struct reading *r, const struct bytes *slice,
			      uint64_t offset, struct error *err)
{
	struct value_pool *pool = r->in->pool;
	enum status status, second;

	status = code_read_slice(slice, offset, pool, &r->report, r->code,
				 &r->sig, err);
	second = signing_fill(&r->sig, pool, &r->report, r->code, &r->cms,
			      status ? NULL : err);
	bundle_facts(r);
	sandbox_facts(pool, r->code);
	profile_facts(r);
	ticket_fact(r);
	if (!status && !second && r->in->o->verify)
		status = inspect_pages(r->in, slice, &r->sig, &r->report, err);
	cms_release(&r->cms);
	signature_release(&r->sig);
	return status ? status : second;
}

/* One architecture of the file; what could be read stays when it fails. */
static enum status add_slice(struct inspecting *in, const struct bytes *file,
			     const struct macho_slice *s, struct slice display,
			     size_t node, const struct surroundings *around,
			     struct error *err)
{
	struct reading r = {
		.in = in,
		.around = around,
		.report = inspect_report(in, display),
	};
	char architecture[MACHO_ARCHITECTURE_BYTES];
	struct bytes_part part;
	struct bytes slice;
	enum status status;

	r.code = inspect_add_code(in, node, display, err);
	if (!r.code)
		return STATUS_MEMORY;
	macho_architecture(s->cputype, s->cpusubtype, architecture);
	code_slice_unreadable(in->pool, r.code, "the slice cannot be read");
	if (s->cputype)
		code_set(in->pool, r.code, FACT_ARCHITECTURE,
			 value_text(in->pool, architecture));
	if (!s->valid)
		status = error_set(err, STATUS_MALFORMED, -1,
				   "the %s slice leaves the file or shares "
				   "bytes with one before it",
				   architecture);
	else
		status = bytes_part_of(file, s->offset, s->size, &part, &slice,
				       err);
	if (!status)
		status = read_slice(&r, &slice, s->offset, err);
	return status;
}

/* What no slice covers is read by nothing that verifies; strict verification
 * refuses it. */
static void check_end(const struct macho_file *m, const struct bytes *file,
		      const struct report *report)
{
	uint64_t end = 0;

	for (size_t i = 0; i < m->count; i++) {
		const struct macho_slice *s = &m->slices[i];

		if (s->valid && s->offset + s->size > end)
			end = s->offset + s->size;
	}
	/* Less may be what pads a slice to its alignment. */
	if (m->fat && end && end < file->size && file->size - end > PADDING_MAX)
		REPORT(report, "bytes_after_slices", SEVERITY_WARNING, end,
		       "%llu bytes at the end of the file belong to no "
		       "architecture",
		       (unsigned long long)(file->size - end));
}

static enum status read_macho(struct inspecting *in, const struct file *f,
			      struct slice display, size_t node,
			      const struct surroundings *around,
			      struct error *err)
{
	struct report report = inspect_report(in, display);
	struct bytes b = file_bytes(f);
	struct macho_file m = {.count = 0};
	enum status status;
	struct error later;

	status = macho_file_read(&b, &report, &m, err);
	check_end(&m, &b, &report);
	for (size_t i = 0; i < m.count; i++) {
		enum status one = add_slice(in, &b, &m.slices[i], display, node,
					    around, status ? &later : err);

		if (one == STATUS_CANCELLED || one == STATUS_MEMORY)
			return one;
		if (!status)
			status = one;
	}
	return status;
}

#ifdef __linux__
/* What the fact executable_deleted does not say. */
static void tell_path(const struct linux_code *c, const struct report *report)
{
	if (c->path == CODE_PATH_REMOVED)
		REPORT(report, "executable_removed", SEVERITY_NOTE, -1,
		       "its file was removed while it ran");
	else if (c->path == CODE_PATH_REPLACED)
		REPORT(report, "executable_replaced", SEVERITY_NOTE, -1,
		       "another file stands at its path now: it runs the old "
		       "one");
	else if (c->path == CODE_PATH_MEMORY)
		REPORT(report, "executable_in_memory", SEVERITY_WARNING, -1,
		       "it was started from memory (a memfd) and never had a "
		       "file");
}

static void system_facts(struct inspecting *in, const struct file *f,
			 struct slice display,
			 const struct surroundings *around, struct code *code)
{
	int root = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct report report = inspect_report(in, display);
	struct linux_code c;

	if (root < 0)
		return;
	linux_code_read(f, around->system_path, root, &c);
	linux_code_facts(&c, in->pool, code);
	tell_path(&c, &report);
	(void)close(root);
}
#endif

static enum status read_elf(struct inspecting *in, const struct file *f,
			    struct slice display, size_t node,
			    const struct surroundings *around,
			    struct error *err)
{
	struct bytes b = file_bytes(f);
	struct code *code = inspect_add_code(in, node, display, err);
	enum status status;
	struct elf e;

	if (!code)
		return STATUS_MEMORY;
	status = elf_read(&b, in->pool, &e, err);
	elf_facts(&e, in->pool, code);
	if (status && !e.build_id_len)
		code_set_gap(in->pool, code, FACT_BUILD_ID, FACT_FAILED,
			     "the ELF headers could not be read");
	elf_release(in->pool, &e);
	code_set_gap(in->pool, code, FACT_SIGNING_CLASS, FACT_UNSUPPORTED,
		     "ELF files carry no code signature; a build-id is none");
#ifdef __linux__
	system_facts(in, f, display, around, code);
#else
	(void)around;
#endif
	return status;
}

enum status inspect_program(struct inspecting *in, const struct file *f,
			    struct slice display, size_t node,
			    const struct surroundings *around,
			    struct error *err)
{
	enum status status;

	switch (kind_of(f)) {
	case FILE_KIND_MACHO:
	case FILE_KIND_FAT:
	case FILE_KIND_FAT64:
		status = read_macho(in, f, display, node, around, err);
		break;
	case FILE_KIND_ELF:
		status = read_elf(in, f, display, node, around, err);
		break;
	default:
		return error_set(err, STATUS_UNSUPPORTED, 0,
				 "expected a Mach-O or ELF program, found %s",
				 file_kind_text(kind_of(f)));
	}
	if (!status)
		status = file_unchanged(f, err);
	return status;
}
