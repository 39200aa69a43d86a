/* Capabilities of Linux by bit (include/uapi/linux/capability.h, capabilities
 * (7)), as this version knows them. */
#ifndef MODEL_CAPABILITY_H
#define MODEL_CAPABILITY_H

enum { CAPABILITY_COUNT = 41 };

/* "cap_chown", ...; NULL for a bit this version does not know. */
const char *capability_name(unsigned bit);

#endif
