#include "connector.h"

#include <errno.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../parse/proc_event.h"

enum {
	BUFFER_BYTES = 16 << 20,
	MESSAGE_BYTES_MAX = 4096,
	CLOCK_EVERY = 64, /* events between looks at the clock */
};

struct connector {
	int fd;
	int32_t proof_pid;
	int64_t proof_until_ns; /* 0: proven or given up */
	struct source_told state;
};

static const char no_socket[] =
	"the kernel has no process connector (CONFIG_PROC_EVENTS)";
static const char refused_namespace[] =
	"refused in this network namespace: it works only in the first one; "
	"processes are found by listing";
static const char refused_privilege[] =
	"needs CAP_NET_ADMIN, or Linux 6.6 or newer; processes are found by "
	"listing";
static const char silent[] =
	"silent: it works only in the first pid and user namespace; processes "
	"are found by listing";
static const char failed[] =
	"subscribing failed; processes are found by listing";

static struct source_told why_not(int error)
{
	switch (error) {
	case ECONNREFUSED:
		return (struct source_told){SOURCE_UNSUPPORTED,
					    refused_namespace, NULL};
	case EPERM:
	case EACCES:
		return (struct source_told){SOURCE_NEEDS_PRIVILEGE,
					    refused_privilege, NULL};
	case EPROTONOSUPPORT:
	case EAFNOSUPPORT:
		return (struct source_told){SOURCE_UNSUPPORTED, no_socket,
					    NULL};
	default:
		return (struct source_told){SOURCE_FAILED, failed, NULL};
	}
}

/* Offsets into the message, for the filter. */
enum {
	AT_EVENT = sizeof(struct nlmsghdr) + sizeof(struct cn_msg),
	AT_DATA = AT_EVENT + offsetof(struct proc_event, event_data),
};

/*
 * Threads come and go by the thousand and are none of ours: the kernel drops
 * their births and ends before they take up room. A thread's pid is not its
 * process's. Both words are loaded alike, so their byte order is no matter;
 * constants are turned to the order the filter loads in.
 */
static bool drop_threads(int fd)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AT_EVENT),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
			 __builtin_bswap32(PROC_EVENT_FORK), 0, 4),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AT_DATA + 8),
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AT_DATA + 12),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_X, 0, 5, 6),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
			 __builtin_bswap32(PROC_EVENT_EXIT), 0, 4),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AT_DATA),
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AT_DATA + 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_X, 0, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog program = {
		.len = sizeof(code) / sizeof(code[0]),
		.filter = code,
	};

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	code[1].k = PROC_EVENT_FORK;
	code[6].k = PROC_EVENT_EXIT;
#endif
	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
			  sizeof(program)) == 0;
}

/* 0 or an errno. */
static int subscribe(int fd)
{
	struct sockaddr_nl address = {
		.nl_family = AF_NETLINK,
		.nl_groups = CN_IDX_PROC,
	};
	const enum proc_cn_mcast_op listen = PROC_CN_MCAST_LISTEN;
	_Alignas(4) uint8_t message[AT_EVENT + sizeof(listen)] = {0};
	struct nlmsghdr header = {
		.nlmsg_len = sizeof(message),
		.nlmsg_type = NLMSG_DONE,
	};
	struct cn_msg request = {
		.id = {CN_IDX_PROC, CN_VAL_PROC},
		.len = sizeof(listen),
	};
	int bytes = BUFFER_BYTES;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	drop_threads(fd);
	memcpy(message, &header, sizeof(header));
	memcpy(message + sizeof(header), &request, sizeof(request));
	memcpy(message + AT_EVENT, &listen, sizeof(listen));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)))
		return errno;
	if (send(fd, message, sizeof(message), 0) < 0)
		return errno;
	return 0;
}

/* A child that ends at once, without a signal to our own. */
static int32_t fork_proof(void)
{
	long pid = syscall(SYS_clone, 0UL, 0UL, 0UL, 0UL, 0UL);

	if (pid == 0)
		_exit(0);
	if (pid > 0)
		waitpid((pid_t)pid, NULL, __WALL);
	return (int32_t)pid;
}

/* The kernel passes over a request to listen from any other pid or user
 * namespace, without an error (drivers/connector/cn_proc.c); the numbers of
 * the first ones are fixed (include/linux/proc_ns.h). */
static bool in_first_namespaces(const struct probe *p)
{
	return p->own_namespaces[NAMESPACE_PID] == 0xEFFFFFFCU &&
	       p->own_namespaces[NAMESPACE_USER] == 0xEFFFFFFDU;
}

void connector_open(struct probe *p, int *fd)
{
	struct connector *c = calloc(1, sizeof(*c));
	int error;

	*fd = -1;
	p->connector = c;
	if (!c)
		return;
	c->fd = -1;
	if (p->baseline_known && !in_first_namespaces(p)) {
		c->state =
			(struct source_told){SOURCE_UNSUPPORTED, silent, NULL};
		return;
	}
	c->fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
		       NETLINK_CONNECTOR);
	error = c->fd < 0 ? errno : subscribe(c->fd);
	if (error) {
		c->state = why_not(error);
		return;
	}
	c->state = (struct source_told){SOURCE_STARTING, NULL, NULL};
	c->proof_until_ns = clock_monotonic_ns() + CONNECTOR_PROOF_NS;
	c->proof_pid = fork_proof();
	*fd = c->fd;
}

void connector_close(struct probe *p)
{
	if (!p->connector)
		return;
	if (p->connector->fd >= 0)
		close(p->connector->fd);
	free(p->connector);
	p->connector = NULL;
}

static void give_up(struct probe *p, struct source_told why)
{
	struct connector *c = p->connector;

	c->state = why;
	c->proof_until_ns = 0;
	p->connector_live = false;
	close(c->fd);
	c->fd = -1;
}

int64_t connector_deadline(const struct probe *p)
{
	const struct connector *c = p->connector;

	return c && c->proof_until_ns ? c->proof_until_ns : INT64_MAX;
}

struct source_told connector_state(const struct probe *p)
{
	if (!p->connector)
		return (struct source_told){SOURCE_UNUSED, NULL, NULL};
	return p->connector->state;
}

static void prove(struct probe *p)
{
	struct connector *c = p->connector;

	c->proof_until_ns = 0;
	c->state = (struct source_told){SOURCE_LIVE, NULL, NULL};
	p->connector_live = true;
}

static void take_event(struct probe *p, const struct proc_event_read *e)
{
	struct connector *c = p->connector;

	if (e->kind == PROC_EVENT_ACK) {
		if (e->value && c->proof_until_ns)
			give_up(p, why_not(e->value));
		return;
	}
	/* Until then an event may speak of another namespace's numbers: it
	 * comes to whoever is in the group once anybody listens. What was born
	 * before the proof, the first listing finds. */
	if (c->proof_until_ns) {
		if (e->kind == PROC_EVENT_FORKED && e->pid == c->proof_pid &&
		    e->value == p->own_pid)
			prove(p);
		return;
	}
	if (e->pid == c->proof_pid) {
		if (e->kind == PROC_EVENT_EXITED)
			c->proof_pid = 0;
		return;
	}
	follow_event(p, e);
}

/* One datagram; 0, or an errno. */
static int take_datagram(struct probe *p)
{
	_Alignas(8) uint8_t buffer[MESSAGE_BYTES_MAX];
	struct sockaddr_nl from;
	socklen_t from_bytes = sizeof(from);
	struct proc_event_read e;
	struct slice bytes;
	ssize_t got = recvfrom(p->connector->fd, buffer, sizeof(buffer), 0,
			       (struct sockaddr *)&from, &from_bytes);

	if (got < 0)
		return errno;
	/* Only the kernel speaks from port 0. */
	if (from.nl_pid != 0)
		return 0;
	bytes = slice_of(buffer, (size_t)got);
	while (p->connector->fd >= 0 && proc_event_take(&bytes, &e))
		take_event(p, &e);
	return 0;
}

bool connector_drain(struct probe *p, int64_t stop_ns)
{
	struct connector *c = p->connector;
	unsigned events = 0;
	int error;

	while (c && c->fd >= 0) {
		error = take_datagram(p);
		if (error == ENOBUFS) {
			emit_lost(p, SOURCE_PROC_CONNECTOR, 0);
			p->relist = true;
		} else if (error == EAGAIN) {
			break;
		} else if (error && error != EINTR) {
			give_up(p, (struct source_told){SOURCE_FAILED, failed,
							NULL});
			p->relist = true;
		}
		if (++events % CLOCK_EVERY == 0 &&
		    clock_monotonic_ns() >= stop_ns)
			return false;
	}
	if (c && c->proof_until_ns && clock_monotonic_ns() >= c->proof_until_ns)
		give_up(p,
			(struct source_told){SOURCE_UNSUPPORTED, silent, NULL});
	return true;
}
