/* Between macho_image.c, which walks the load commands, and macho_command.c,
 * which reads one. */
#ifndef PROBES_PARSE_MACHO_COMMAND_H
#define PROBES_PARSE_MACHO_COMMAND_H

#include "../../model/base/cursor.h"
#include "macho.h"

struct macho_command {
	struct macho_image *image;
	const struct report *report;
	uint32_t type;
	struct slice bytes; /* with its type and size */
	uint64_t file_offset;
};

/* An integer of n bytes in the image's byte order. */
uint64_t macho_get(const struct macho_image *image, struct cursor *c, size_t n);

/* NULL, or what is wrong with it (static). Commands that nothing is wanted of
 * are fine. */
const char *macho_command_read(const struct macho_command *command);

#endif
