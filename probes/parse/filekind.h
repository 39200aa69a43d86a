/*
 * What a file looks like from its first bytes: so that what is no Mach-O file
 * is named as what it is. A look only: nothing is parsed or believed.
 */
#ifndef PROBES_PARSE_FILEKIND_H
#define PROBES_PARSE_FILEKIND_H

#include "../../model/base/slice.h"

/* That many bytes are enough; fewer are fine (a file may be short). */
enum { FILE_KIND_BYTES = 512 };

enum file_kind {
	FILE_KIND_UNKNOWN,
	FILE_KIND_EMPTY,
	FILE_KIND_MACHO,      /* thin, either width and byte order */
	FILE_KIND_FAT,        /* 0xcafebabe */
	FILE_KIND_FAT64,      /* 0xcafebabf */
	FILE_KIND_JAVA_CLASS, /* 0xcafebabe too: see filekind.c */
	FILE_KIND_DYLD_CACHE, /* "dyld_v1 ..." */
	FILE_KIND_ARCHIVE,    /* ar(5), a static library */
	FILE_KIND_ELF,
	FILE_KIND_PE,
	FILE_KIND_SCRIPT, /* "#!" */
	FILE_KIND_ZIP,
	FILE_KIND_GZIP,
	FILE_KIND_BZIP2,
	FILE_KIND_XZ,
	FILE_KIND_TAR,
	FILE_KIND_XAR,    /* a macOS installer package */
	FILE_KIND_BPLIST, /* binary property list */
	FILE_KIND_XML,    /* perhaps a property list */
	FILE_KIND_JSON,
	FILE_KIND_IMG4,      /* Apple's container of firmware and kernels */
	FILE_KIND_DER,       /* a SEQUENCE: a profile, a certificate, CMS */
	FILE_KIND_SIGNATURE, /* a detached signature, 0xfade0cc1 or cc0 */
	FILE_KIND_TEXT,
	FILE_KIND_COUNT,
};

enum file_kind file_kind_of(struct slice first_bytes);

/* For a sentence: "an ELF program", "a Java class". */
const char *file_kind_text(enum file_kind kind);

#endif
