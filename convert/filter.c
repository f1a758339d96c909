#include "convert/filter.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <pcap/pcap.h>

#include "base/memory.h"
#include "convert/linktype.h"

/* LINKTYPE_ values; an expression is to make sense for one of them. */
enum { ETHERNET = 1, RAW_IP = 101, RADIOTAP = 127 };

/* The expression compiled for a link type. */
struct program {
	uint32_t link_type;
	bool made; /* false: it makes no sense for that link type */
	struct bpf_program code;
};

struct fv_filter {
	char *expression;
	size_t count;
	size_t last; /* the program used last */
	struct program program[FV_FILTER_LINK_TYPES];
};

/*
 * Compile for ${link_type} as the next program.  Returns 0; or -1 with
 * ${err} set when it makes no sense for it, which is remembered.
 */
static int
compile(struct fv_filter *f, uint32_t link_type, struct fv_err *err)
{
	struct program *p = &f->program[f->count];
	pcap_t *pcap;
	int rc = 0;

	if (f->count == FV_FILTER_LINK_TYPES)
		return fv_err_set(err, FV_ELIMIT,
		    "--filter: more than %d link types", FV_FILTER_LINK_TYPES);
	pcap = pcap_open_dead(fv_linktype_dlt(link_type), FV_FRAME_LIMIT);
	if (pcap == NULL)
		return fv_err_set(err, FV_EMEMORY, "libpcap cannot start");
	p->link_type = link_type;
	p->made = pcap_compile(pcap, &p->code, f->expression, 1,
		      PCAP_NETMASK_UNKNOWN) == 0;
	if (!p->made)
		rc = fv_err_set(err, FV_EUSAGE,
		    "the filter makes no sense for link type %s: %s",
		    fv_linktype_name(link_type), pcap_geterr(pcap));
	pcap_close(pcap);
	f->last = f->count++;
	return rc;
}

struct fv_filter *
fv_filter_new(const char *expression, struct fv_err *err)
{
	static const uint32_t tried[] = { ETHERNET, RAW_IP, RADIOTAP };
	struct fv_filter *f;
	struct fv_err later;
	size_t i;

	if ((f = fv_memory_new(1, sizeof(*f), err)) == NULL)
		return NULL;
	if ((f->expression = strdup(expression)) == NULL) {
		(void)fv_err_set(err, FV_EMEMORY, "out of memory");
		goto fail;
	}
	for (i = 0; i < FV_COUNT(tried); i++) {
		/* What it says of Ethernet is what most people need. */
		if (compile(f, tried[i], i == 0 ? err : &later) == 0)
			return f;
	}
fail:
	fv_filter_free(f);
	return NULL;
}

int
fv_filter_keeps(
    struct fv_filter *f, const struct fv_frame *frame, struct fv_err *err)
{
	const struct pcap_pkthdr header = { .caplen = frame->captured,
		.len = frame->length };
	struct program *p = &f->program[f->last];

	if (p->link_type != frame->link_type) {
		for (f->last = 0; f->last < f->count; f->last++)
			if (f->program[f->last].link_type == frame->link_type)
				break;
		if (f->last == f->count &&
		    compile(f, frame->link_type, err) == -1)
			return -1;
		p = &f->program[f->last];
	}
	if (!p->made)
		return fv_err_set(err, FV_EUSAGE,
		    "the filter makes no sense for link type %s",
		    fv_linktype_name(frame->link_type));
	return pcap_offline_filter(&p->code, &header, frame->bytes) != 0;
}

void
fv_filter_free(struct fv_filter *f)
{
	size_t i;

	if (f == NULL)
		return;
	for (i = 0; i < f->count; i++)
		if (f->program[i].made)
			pcap_freecode(&f->program[i].code);
	free(f->expression);
	free(f);
}
