/*
 * The process connector: a netlink multicast of births, execs and ends
 * (Documentation/driver-api/connector.rst, drivers/connector/cn_proc.c).
 *
 * Unprivileged use came with Linux 6.6; before it needs CAP_NET_ADMIN. In a
 * foreign network namespace it is refused; in a foreign pid or user namespace
 * it takes the subscription and stays silent. So it is asked to show us a
 * child of our own first.
 */
#ifndef PROBES_LINUX_CONNECTOR_H
#define PROBES_LINUX_CONNECTOR_H

#include "linux.h"

#define CONNECTOR_PROOF_NS (250 * NS_PER_MS)

/* Subscribes and starts the proof; tells why not in p->connector_source. */
void connector_open(struct probe *p, int *fd);
void connector_close(struct probe *p);
/* Events that are there, until stop_ns; false when more may be. */
bool connector_drain(struct probe *p, int64_t stop_ns);
/* Whether the proof is still open, and until when. */
int64_t connector_deadline(const struct probe *p);
/* The state it is in now, to be told. */
struct source_told connector_state(const struct probe *p);

#endif
