#include "convert/live_tap.h"

#include <limits.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pcap/pcap.h>

#include "base/memory.h"
#include "convert/linktype.h"

/*
 * How long the system may gather packets before it says that there are some,
 * in milliseconds: one wake for many packets, and nobody waits to notice.
 */
enum { GATHER = 100 };

enum { NAME = 64, NANOSECONDS = 1, MICROSECONDS = 1000 };

#define SECOND INT64_C(1000000000)

struct fv_live_tap {
	pcap_t *pcap;
	char name[NAME];
	int64_t unit; /* nanoseconds in a fraction of a second */
	bool counts_something;
	struct pcap_stat last; /* as libpcap counted it last */
	struct fv_live_tap_counts counts;

	/* Who takes packets, while some are fetched. */
	fv_live_tap_packet *packet;
	void *arg;
};

/* Put the names of the interfaces there are into ${text}, as they fit. */
static void
list_interfaces(char *text, size_t size)
{
	struct if_nameindex *all = if_nameindex();
	size_t used = 0, i;
	int n;

	text[0] = '\0';
	for (i = 0; all != NULL && all[i].if_name != NULL; i++) {
		n = snprintf(text + used, size - used, "%s%s",
		    i == 0 ? "" : ", ", all[i].if_name);
		if (n < 0 || (size_t)n >= size - used) {
			text[used] = '\0';
			break;
		}
		used += (size_t)n;
	}
	if_freenameindex(all);
}

/* Say why ${tap} cannot be captured from: libpcap's ${status}. */
static void
refuse(const struct fv_live_tap *tap, int status, struct fv_err *err)
{
	char names[FV_ERR_TEXT / 4];

	switch (status) {
	case PCAP_ERROR_NO_SUCH_DEVICE:
		list_interfaces(names, sizeof(names));
		(void)fv_err_set(err, FV_EUSAGE,
		    "there is none of that name; here are %s", names);
		break;
	case PCAP_ERROR_PERM_DENIED:
	case PCAP_ERROR_PROMISC_PERM_DENIED:
		(void)fv_err_set(err, FV_EIO,
		    "this user may not capture: run the command as root, or "
		    "give its file that right ('setcap cap_net_raw=ep FILE')");
		break;
	case PCAP_ERROR_IFACE_NOT_UP:
		(void)fv_err_set(err, FV_EIO,
		    "it is down: bring it up first ('ip link set %s up')",
		    tap->name);
		break;
	default:
		(void)fv_err_set(err, FV_EIO, "cannot be captured from: %s",
		    status == PCAP_ERROR ? pcap_geterr(tap->pcap)
					 : pcap_statustostr(status));
		break;
	}
}

static void
tell(const struct fv_live_tap_options *options, const char *what)
{
	char text[FV_ERR_TEXT];

	(void)snprintf(
	    text, sizeof(text), "interface %s: %s", options->interface, what);
	if (options->note != NULL)
		options->note(options->arg, text);
}

/* Begin to capture; a status of libpcap that is below 0 says why not. */
static int
activate(struct fv_live_tap *tap, const struct fv_live_tap_options *options)
{
	pcap_t *pcap = tap->pcap;
	int status;

	/* These fail only when a capture has begun. */
	(void)pcap_set_snaplen(pcap, (int)options->snapshot_length);
	(void)pcap_set_promisc(pcap, 1);
	(void)pcap_set_timeout(pcap, GATHER);
	(void)pcap_set_buffer_size(pcap, (int)options->buffer);
	/* Where there are no nanoseconds, microseconds come. */
	(void)pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
	if ((status = pcap_activate(pcap)) < 0)
		return status;
	if (status == PCAP_WARNING_PROMISC_NOTSUP)
		tell(options,
		    "note that it has no promiscuous mode: packets to others "
		    "may be missing");
	else if (status == PCAP_WARNING)
		tell(options, pcap_geterr(pcap));
	return 0;
}

struct fv_live_tap *
fv_live_tap_open(const struct fv_live_tap_options *options, struct fv_err *err)
{
	char why[PCAP_ERRBUF_SIZE];
	struct fv_live_tap *tap;
	int status;

	if ((tap = fv_memory_new(1, sizeof(*tap), err)) == NULL)
		return NULL;
	(void)snprintf(tap->name, sizeof(tap->name), "%s", options->interface);
	if ((tap->pcap = pcap_create(options->interface, why)) == NULL) {
		(void)fv_err_set(
		    err, FV_EIO, "cannot be captured from: %s", why);
		goto fail;
	}
	if ((status = activate(tap, options)) < 0) {
		refuse(tap, status, err);
		goto fail;
	}
	if (pcap_setnonblock(tap->pcap, 1, why) == -1) {
		(void)fv_err_set(err, FV_EIO, "%s", why);
		goto fail;
	}
	tap->unit =
	    pcap_get_tstamp_precision(tap->pcap) == PCAP_TSTAMP_PRECISION_NANO
	    ? NANOSECONDS
	    : MICROSECONDS;
	fv_live_tap_count(tap);
	return tap;
fail:
	(void)fv_err_within(err, "interface %s", options->interface);
	fv_live_tap_close(tap);
	return NULL;
}

uint16_t
fv_live_tap_link_type(const struct fv_live_tap *tap)
{
	return fv_linktype_of_dlt(pcap_datalink(tap->pcap));
}

uint32_t
fv_live_tap_snapshot_length(const struct fv_live_tap *tap)
{
	return (uint32_t)pcap_snapshot(tap->pcap);
}

int
fv_live_tap_fd(const struct fv_live_tap *tap)
{
	return pcap_get_selectable_fd(tap->pcap);
}

/* For libpcap: a packet. */
static void
take(unsigned char *arg, const struct pcap_pkthdr *header,
    const unsigned char *bytes)
{
	const struct fv_live_tap *tap = (const void *)arg;
	int64_t time = (int64_t)header->ts.tv_sec * SECOND +
	    (int64_t)header->ts.tv_usec * tap->unit;

	tap->packet(
	    tap->arg, time < 0 ? 0 : time, bytes, header->caplen, header->len);
}

int
fv_live_tap_fetch(struct fv_live_tap *tap, int most, fv_live_tap_packet *packet,
    void *arg, struct fv_err *err)
{
	int n;

	tap->packet = packet;
	tap->arg = arg;
	if ((n = pcap_dispatch(tap->pcap, most, take, (unsigned char *)tap)) >=
	    0)
		return n;
	return fv_err_set(err, FV_EIO, "interface %s: capturing has ended: %s",
	    tap->name, pcap_geterr(tap->pcap));
}

void
fv_live_tap_count(struct fv_live_tap *tap)
{
	struct pcap_stat now;

	if (pcap_stats(tap->pcap, &now) == -1)
		return;
	tap->counts_something = true;
	/* The differences are right where these have gone round. */
	tap->counts.received += now.ps_recv - tap->last.ps_recv;
	tap->counts.dropped_by_interface += now.ps_ifdrop - tap->last.ps_ifdrop;
	tap->counts.dropped_by_system += now.ps_drop - tap->last.ps_drop;
	tap->last = now;
}

const struct fv_live_tap_counts *
fv_live_tap_counts(const struct fv_live_tap *tap)
{
	return tap->counts_something ? &tap->counts : NULL;
}

void
fv_live_tap_close(struct fv_live_tap *tap)
{
	if (tap == NULL)
		return;
	if (tap->pcap != NULL)
		pcap_close(tap->pcap);
	free(tap);
}
