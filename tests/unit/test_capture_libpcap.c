#include "tests/unit/suites.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pcap/pcap.h>

#include "convert/capture.h"
#include "convert/linktype.h"
#include "tests/capgen/capcases.h"

/*
 * libpcap as the oracle: whatever it delivers before its first error or ours,
 * we deliver too, in the same order, with the same time, lengths and bytes.
 * Behind damage we search for packets, and it does not.
 *
 * Where we differ on purpose:
 * - libpcap reads both parts of a time of pcap as signed, we as unsigned;
 * - libpcap cuts a frame of a pcap to the snapshot length, we do not;
 * - we cut a frame of pcapng to FV_FRAME_LIMIT;
 * - times before 1970 or past 2262 are clamped, and simple packets have none;
 * - libpcap takes zero padding at the end of a pcap for empty frames;
 * - libpcap turns the link headers of four link types to this machine's
 *   byte order, and mends a length of one of them.
 */

#define SECOND INT64_C(1000000000)

/* Directories deep, descriptors open. */
#define DEPTH 16

/* Where captures may be, as seen from the root of the repository. */
#define CAPTURES "../shared/captures"

/* LINKTYPE_ values with fields in the byte order of the writer. */
enum { LINUX_SLL = 113, USB_LINUX = 189, USB_LINUX_MMAPPED = 220, NFLOG = 239 };

/* The two readers of one capture, and what was found. */
struct duel {
	pcap_t *pcap;
	struct fv_capture *cap;
	enum fv_capcase_differs differs;
	bool newer;   /* pcapng */
	bool precise; /* pcap with nanoseconds */
	bool damaged; /* we are behind damage that it may not have seen */
	size_t frames;
	const char *trouble; /* the first difference */
};

/*
 * Our next frame, behind faults of the kind that needs no search; false at
 * the end, or at other damage.
 */
static bool
next_of_ours(struct duel *duel, struct fv_frame *frame)
{
	struct fv_err err;
	int rc;

	while ((rc = fv_capture_next(duel->cap, frame, &err)) < 0) {
		duel->damaged =
		    !duel->newer || fv_capture_about(duel->cap)->resumed > 0;
		if (err.code != FV_EFORMAT || duel->damaged)
			return false;
	}
	return rc == 1;
}

/* What the time of ${header} is by our contract. */
static int64_t
expected_time(const struct duel *duel, const struct pcap_pkthdr *header)
{
	__extension__ __int128 time = header->ts.tv_sec;

	if (time < 0 && !duel->newer)
		time += INT64_C(1) << 32;
	time = time * SECOND + header->ts.tv_usec;
	if (header->ts.tv_usec < 0)
		time += (INT64_C(1) << 32) * (duel->precise ? 1 : 1000);
	if (time < 0)
		return 0;
	return time > INT64_MAX ? INT64_MAX : (int64_t)time;
}

static bool
same_lengths(const struct duel *duel, const struct pcap_pkthdr *header,
    const struct fv_frame *frame)
{
	uint32_t captured = frame->captured;

	if (frame->length != header->len &&
	    frame->link_type != USB_LINUX_MMAPPED)
		return false;
	if (captured == header->caplen)
		return true;
	if (duel->newer)
		return captured == FV_FRAME_LIMIT && header->caplen > captured;
	return header->caplen == (uint32_t)pcap_snapshot(duel->pcap) &&
	    header->caplen < captured;
}

static bool
same_bytes(const struct duel *duel, const struct pcap_pkthdr *header,
    const u_char *bytes, const struct fv_frame *frame)
{
	uint32_t n =
	    header->caplen < frame->captured ? header->caplen : frame->captured;

	if (pcap_is_swapped(duel->pcap) &&
	    (frame->link_type == LINUX_SLL || frame->link_type == USB_LINUX ||
		frame->link_type == USB_LINUX_MMAPPED ||
		frame->link_type == NFLOG))
		return true;
	return memcmp(bytes, frame->bytes, n) == 0;
}

/* Find the first thing that differs between the two views of a frame. */
static const char *
compare(const struct duel *duel, const struct pcap_pkthdr *header,
    const u_char *bytes, const struct fv_frame *frame)
{
	const char *name = pcap_datalink_val_to_name(pcap_datalink(duel->pcap));

	if (!same_lengths(duel, header, frame))
		return "lengths";
	if (!same_bytes(duel, header, bytes, frame))
		return "bytes";
	if (strcmp(fv_linktype_name(frame->link_type),
		name == NULL ? "unknown" : name) != 0)
		return "link type";
	if (duel->differs != FV_CAPCASE_TIME &&
	    (frame->notes & FV_FRAME_WITHOUT_TIME) == 0 &&
	    expected_time(duel, header) != frame->time)
		return "time";
	return NULL;
}

/* Whether ${header} is what libpcap makes of zeros behind the last frame. */
static bool
padding(const struct duel *duel, const struct pcap_pkthdr *header)
{
	return !duel->newer && header->caplen == 0 && header->len == 0 &&
	    header->ts.tv_sec == 0 && header->ts.tv_usec == 0;
}

/* Read the capture with both to libpcap's first error. */
static void
fight(struct duel *duel)
{
	struct pcap_pkthdr *header;
	struct fv_frame frame;
	const u_char *bytes;
	bool ended = false;
	int rc;

	while ((rc = pcap_next_ex(duel->pcap, &header, &bytes)) == 1) {
		if (!ended && !next_of_ours(duel, &frame))
			ended = true;
		if (duel->damaged)
			return;
		if (ended && padding(duel, header))
			continue;
		if (ended) {
			duel->trouble = "number of frames";
			return;
		}
		duel->frames++;
		if ((duel->trouble = compare(duel, header, bytes, &frame)) !=
		    NULL)
			return;
	}
	if (rc == PCAP_ERROR_BREAK && next_of_ours(duel, &frame))
		duel->trouble = "frames behind the end";
}

/*
 * Compare both readers on ${fd}, which is given back.  Returns 1 when they
 * agree, 0 when libpcap does not read it, -1 when they differ: then a line
 * with ${name} says in what.
 */
static int
compare_fd(
    int fd, const char *name, enum fv_capcase_differs differs, size_t *frames)
{
	struct duel duel = { .differs = differs };
	char reason[PCAP_ERRBUF_SIZE];
	uint8_t magic[4] = { 0 };
	struct fv_err err;
	FILE *stream;
	int result = 1;

	CU_ASSERT(pread(fd, magic, sizeof(magic), 0) >= 0);
	duel.newer = magic[0] == 0x0a;
	duel.precise = magic[0] == 0x4d || magic[3] == 0x4d;
	stream = fdopen(fd, "rb");
	CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
	duel.pcap = pcap_fopen_offline_with_tstamp_precision(
	    stream, PCAP_TSTAMP_PRECISION_NANO, reason);
	if (duel.pcap == NULL) {
		(void)fclose(stream);
		return 0;
	}
	/* Opened anew, since a duplicate would share its place in the file. */
	(void)snprintf(reason, sizeof(reason), "/proc/self/fd/%d", fd);
	duel.cap = fv_capture_open(reason, &err);
	if (duel.cap == NULL)
		duel.trouble = err.text;
	else
		fight(&duel);
	if (duel.trouble != NULL) {
		(void)printf("\n%s: frame %zu: %s differs\n", name, duel.frames,
		    duel.trouble);
		result = -1;
	}
	*frames += duel.frames;
	fv_capture_free(duel.cap);
	pcap_close(duel.pcap);
	return result;
}

/* Compare on each of ${row}. */
static void
compare_rows(const struct fv_capcase *row)
{
	struct fv_capfile *file;
	size_t frames = 0;
	int result;

	for (; row->name != NULL; row++) {
		file = fv_capcase_build(row);
		result = compare_fd(
		    fv_capfile_fd(file), row->name, row->differs, &frames);
		CU_ASSERT(result >= 0);
		if (row->differs == FV_CAPCASE_REFUSED)
			CU_ASSERT_EQUAL(result, 0);
		fv_capfile_free(file);
	}
	CU_ASSERT(frames > 0);
}

static void
generated_captures_read_alike(void)
{
	compare_rows(fv_capcases_pcap);
	compare_rows(fv_capcases_search);
	compare_rows(fv_capcases_pcapng);
	compare_rows(fv_capcases_damaged);
	compare_rows(fv_capcases_statistics);
}

/* nftw(3) hands nothing through. */
static struct {
	size_t files, compared, frames;
} seen;

/* Compare on one file of the tree. */
static int
visit(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	int fd, result;

	(void)status;
	(void)ftw;
	if (type != FTW_F)
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	CU_ASSERT_FATAL(fd >= 0);
	result = compare_fd(fd, path, FV_CAPCASE_SAME, &seen.frames);
	CU_ASSERT(result >= 0);
	seen.files++;
	seen.compared += result != 0;
	return 0;
}

static void
captures_of_the_world_read_alike(void)
{
	const char *asked = getenv("FLOWVEIL_CAPTURES");
	const char *folder = asked == NULL ? CAPTURES : asked;

	if (asked == NULL && access(folder, R_OK) != 0) {
		(void)printf(
		    "\nno captures at %s: generated ones only\n", folder);
		return;
	}
	seen.files = seen.compared = seen.frames = 0;
	CU_ASSERT_EQUAL(nftw(folder, visit, DEPTH, FTW_PHYS), 0);
	(void)printf("\n%zu of %zu files compared with libpcap, %zu frames\n",
	    seen.compared, seen.files, seen.frames);
	CU_ASSERT(seen.compared > 0 && seen.frames > 0);
}

CU_TestInfo suite_capture_libpcap[] = {
	{ "generated captures read alike", generated_captures_read_alike },
	{ "captures of the world read alike",
	    captures_of_the_world_read_alike },
	CU_TEST_INFO_NULL,
};
