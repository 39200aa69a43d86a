#include "filekind.h"

#include "../../model/base/cursor.h"

struct magic {
	const char *bytes;
	size_t len;
	size_t at;
	enum file_kind kind;
};

#define MAGIC(text, at, kind)                                                  \
	{                                                                      \
		"" text, sizeof(text) - 1, at, kind                            \
	}

static const struct magic magics[] = {
	MAGIC("\xfe\xed\xfa\xce", 0, FILE_KIND_MACHO),
	MAGIC("\xfe\xed\xfa\xcf", 0, FILE_KIND_MACHO),
	MAGIC("\xce\xfa\xed\xfe", 0, FILE_KIND_MACHO),
	MAGIC("\xcf\xfa\xed\xfe", 0, FILE_KIND_MACHO),
	MAGIC("\xca\xfe\xba\xbf", 0, FILE_KIND_FAT64),
	MAGIC("dyld_v", 0, FILE_KIND_DYLD_CACHE),
	MAGIC("!<arch>\n", 0, FILE_KIND_ARCHIVE),
	MAGIC("\x7f"
	      "ELF",
	      0, FILE_KIND_ELF),
	MAGIC("MZ", 0, FILE_KIND_PE),
	MAGIC("#!", 0, FILE_KIND_SCRIPT),
	MAGIC("PK\x03\x04", 0, FILE_KIND_ZIP),
	MAGIC("PK\x05\x06", 0, FILE_KIND_ZIP),
	MAGIC("\x1f\x8b", 0, FILE_KIND_GZIP),
	MAGIC("BZh", 0, FILE_KIND_BZIP2),
	MAGIC("\xfd"
	      "7zXZ\0",
	      0, FILE_KIND_XZ),
	MAGIC("ustar", 257, FILE_KIND_TAR),
	MAGIC("xar!", 0, FILE_KIND_XAR),
	MAGIC("bplist0", 0, FILE_KIND_BPLIST),
	MAGIC("\xfa\xde\x0c\xc0", 0, FILE_KIND_SIGNATURE),
	MAGIC("\xfa\xde\x0c\xc1", 0, FILE_KIND_SIGNATURE),
	MAGIC("<?xml", 0, FILE_KIND_XML),
	MAGIC("\xef\xbb\xbf<?xml", 0, FILE_KIND_XML),
	MAGIC("<!DOCTYPE plist", 0, FILE_KIND_XML),
	MAGIC("<plist", 0, FILE_KIND_XML),
};

static const char *const texts[] = {
	[FILE_KIND_UNKNOWN] = "data of an unknown kind",
	[FILE_KIND_EMPTY] = "an empty file",
	[FILE_KIND_MACHO] = "a Mach-O file",
	[FILE_KIND_FAT] = "a universal Mach-O file",
	[FILE_KIND_FAT64] = "a universal Mach-O file with 64-bit offsets",
	[FILE_KIND_JAVA_CLASS] = "a Java class",
	[FILE_KIND_DYLD_CACHE] = "a dyld shared cache",
	[FILE_KIND_ARCHIVE] = "a static library (ar archive)",
	[FILE_KIND_ELF] = "an ELF file",
	[FILE_KIND_PE] = "a Windows (MZ) program",
	[FILE_KIND_SCRIPT] = "a script",
	[FILE_KIND_ZIP] = "a ZIP archive",
	[FILE_KIND_GZIP] = "gzip data",
	[FILE_KIND_BZIP2] = "bzip2 data",
	[FILE_KIND_XZ] = "xz data",
	[FILE_KIND_TAR] = "a tar archive",
	[FILE_KIND_XAR] = "a xar archive (installer package)",
	[FILE_KIND_BPLIST] = "a binary property list",
	[FILE_KIND_XML] = "an XML file",
	[FILE_KIND_JSON] = "a JSON file",
	[FILE_KIND_IMG4] = "an IMG4 container",
	[FILE_KIND_DER] = "DER data",
	[FILE_KIND_SIGNATURE] = "a detached code signature",
	[FILE_KIND_TEXT] = "a text file",
};

_Static_assert(sizeof(texts) / sizeof(*texts) == FILE_KIND_COUNT,
	       "every kind has a text");

/* The machine types of macho_names.c are enough for a first look. */
static bool known_cputype(uint32_t cputype)
{
	static const uint32_t known[] = {6, 7, 12, 13, 14, 18};
	uint32_t family = cputype & 0x00ffffffu;

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (family == known[i])
			return true;
	return false;
}

/*
 * 0xcafebabe begins both. What follows is the number of slices in the one,
 * the minor and major version in the other, and the oldest major version is
 * 45. So up to 44 is a fat file, and above it one whose first entry has a
 * processor and an alignment that exist.
 */
static enum file_kind cafebabe(struct slice bytes)
{
	struct cursor c = cursor_of(bytes);
	uint32_t count, cputype, align;

	cursor_take(&c, 4);
	count = cursor_be32(&c);
	if (c.failed || count < 45)
		return FILE_KIND_FAT;
	cputype = cursor_be32(&c);
	cursor_take(&c, 12);
	align = cursor_be32(&c);
	if (!c.failed && known_cputype(cputype) && align < 32)
		return FILE_KIND_FAT;
	return FILE_KIND_JAVA_CLASS;
}

/* SEQUENCE { IA5String "IMG4" ... }, else any SEQUENCE of a long length. */
static enum file_kind sequence(struct slice bytes)
{
	if (slice_find(slice_part(bytes, 0, 16), SLICE_LITERAL("\x16\x04IMG4"),
		       false) < 16 &&
	    bytes.len >= 16)
		return FILE_KIND_IMG4;
	if (bytes.len > 2 && (bytes.ptr[1] >= 0x80 && bytes.ptr[1] <= 0x84))
		return FILE_KIND_DER;
	return FILE_KIND_UNKNOWN;
}

static enum file_kind text_kind(struct slice bytes)
{
	size_t i = 0;

	for (size_t k = 0; k < bytes.len; k++) {
		uint8_t b = bytes.ptr[k];

		if (b == 0x7f || (b < ' ' && b != '\t' && b != '\n' &&
				  b != '\r' && b != '\f'))
			return FILE_KIND_UNKNOWN;
	}
	while (i < bytes.len && (bytes.ptr[i] == ' ' || bytes.ptr[i] == '\n' ||
				 bytes.ptr[i] == '\t' || bytes.ptr[i] == '\r'))
		i++;
	if (i == bytes.len)
		return FILE_KIND_TEXT;
	if (bytes.ptr[i] == '{' || bytes.ptr[i] == '[')
		return FILE_KIND_JSON;
	if (slice_starts(slice_part(bytes, i, bytes.len), "<?xml") ||
	    slice_starts(slice_part(bytes, i, bytes.len), "<plist"))
		return FILE_KIND_XML;
	return FILE_KIND_TEXT;
}

enum file_kind file_kind_of(struct slice first_bytes)
{
	struct slice bytes = slice_part(first_bytes, 0, FILE_KIND_BYTES);

	if (!bytes.len)
		return FILE_KIND_EMPTY;
	for (size_t i = 0; i < sizeof(magics) / sizeof(*magics); i++) {
		const struct magic *m = &magics[i];

		if (slice_equal(slice_part(bytes, m->at, m->len),
				slice_of(m->bytes, m->len)))
			return m->kind;
	}
	if (bytes.len >= 4 && !memcmp(bytes.ptr, "\xca\xfe\xba\xbe", 4))
		return cafebabe(bytes);
	if (bytes.ptr[0] == 0x30)
		return sequence(bytes);
	return text_kind(bytes);
}

const char *file_kind_text(enum file_kind kind)
{
	return (unsigned)kind < FILE_KIND_COUNT ? texts[kind] : texts[0];
}
