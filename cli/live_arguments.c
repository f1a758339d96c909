#include "cli/live_arguments.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/attributes.h"
#include "convert/capture.h"

/* More memory than that is a mistake; libpcap counts it in an int. */
enum { BUFFER_MOST = 1024 };

/* What ends a capture: a key, a service manager, a terminal that is gone. */
static const int ending[] = { SIGINT, SIGTERM, SIGHUP };

/* The capture that they end, and what they did before. */
static struct fv_live *volatile under_way;
static struct sigaction before[FV_COUNT(ending)];

static struct fv_live_arguments *
live_of(void *context)
{
	return ((struct fv_reading_arguments *)context)->live;
}

static int
add(void *context, const char *name, enum fv_side side, struct fv_err *err)
{
	struct fv_live_arguments *a = live_of(context);
	size_t i;

	if (*name == '\0')
		return fv_err_set(err, FV_EUSAGE, "the name is empty");
	if (a->ninterfaces == FV_LIVE_INTERFACES)
		return fv_err_set(err, FV_EUSAGE,
		    "more than %d interfaces; capture some in another run",
		    FV_LIVE_INTERFACES);
	for (i = 0; i < a->ninterfaces; i++)
		if (strcmp(a->interfaces[i].name, name) == 0)
			return fv_err_set(err, FV_EUSAGE,
			    "'%s' is named twice: each packet would count twice",
			    name);
	a->interfaces[a->ninterfaces++] =
	    (struct fv_live_interface){ name, side };
	return 0;
}

int
fv_live_arguments_interface(
    void *context, const char *value, struct fv_err *err)
{
	return add(context, value, FV_SIDE_BOTH, err);
}

int
fv_live_arguments_inbound(void *context, const char *value, struct fv_err *err)
{
	return add(context, value, FV_SIDE_INBOUND, err);
}

int
fv_live_arguments_outbound(void *context, const char *value, struct fv_err *err)
{
	return add(context, value, FV_SIDE_OUTBOUND, err);
}

int
fv_live_arguments_duration(void *context, const char *value, struct fv_err *err)
{
	int64_t *duration = &live_of(context)->duration;

	if (fv_options_seconds(value, duration, err) == -1)
		return -1;
	if (*duration == 0)
		return fv_err_set(err, FV_EUSAGE, "must be above 0");
	return 0;
}

int
fv_live_arguments_snaplen(void *context, const char *value, struct fv_err *err)
{
	return fv_options_count(
	    value, FV_FRAME_LIMIT, &live_of(context)->snapshot_length, err);
}

int
fv_live_arguments_buffer(void *context, const char *value, struct fv_err *err)
{
	return fv_options_count(
	    value, BUFFER_MOST, &live_of(context)->buffer, err);
}

int
fv_live_arguments_check(
    const struct fv_reading_arguments *reading, struct fv_err *err)
{
	const struct fv_live_arguments *a = reading->live;

	if (a->ninterfaces == 0) {
		if (a->duration != 0 || a->snapshot_length != 0 ||
		    a->buffer != 0)
			return fv_err_set(err, FV_EUSAGE,
			    "--duration, --snaplen and --buffer are for a live "
			    "capture: name an --interface");
		return 0;
	}
	if (reading->ninputs > 0)
		return fv_err_set(err, FV_EUSAGE,
		    "an interface and a file are named: convert each in a run "
		    "of its own, and merge them ('flowveil dataset merge')");
	if (reading->options.inbound_offset != 0 ||
	    reading->options.outbound_offset != 0)
		return fv_err_set(err, FV_EUSAGE,
		    "--inbound-offset and --outbound-offset are for files: "
		    "all interfaces have the clock of this machine");
	return 0;
}

/* The first one: let the capture end; the next one finds things as before. */
static void
on_signal(int number)
{
	struct fv_live *live = under_way;
	size_t i;

	(void)number;
	if (live != NULL)
		fv_live_stop(live);
	for (i = 0; i < FV_COUNT(ending); i++)
		(void)sigaction(ending[i], &before[i], NULL);
}

/* One that was ignored, as nohup(1) has it, stays so. */
static void
hear_signals(struct fv_live *live)
{
	struct sigaction action = { .sa_handler = on_signal,
		.sa_flags = SA_RESTART };
	size_t i;

	under_way = live;
	for (i = 0; i < FV_COUNT(ending); i++)
		(void)sigaction(ending[i], NULL, &before[i]);
	for (i = 0; i < FV_COUNT(ending); i++)
		(void)sigaddset(&action.sa_mask, ending[i]);
	for (i = 0; i < FV_COUNT(ending); i++)
		if (before[i].sa_handler != SIG_IGN)
			(void)sigaction(ending[i], &action, NULL);
}

static void
unhear_signals(void)
{
	size_t i;

	for (i = 0; i < FV_COUNT(ending); i++)
		(void)sigaction(ending[i], &before[i], NULL);
	under_way = NULL;
}

/* For fv_live: what is less than was asked for. */
static void
on_note(void *arg, const char *text)
{
	(void)fprintf(
	    stderr, "flowveil %s: note: %s\n", (const char *)arg, text);
}

int
fv_live_arguments_start(struct fv_reading_arguments *reading,
    const char *command, bool quiet, struct fv_live **live, struct fv_err *err)
{
	const struct fv_live_arguments *a = reading->live;
	char name[FV_ERR_TEXT];
	const struct fv_live_options options = {
		.interfaces = a->interfaces,
		.ninterfaces = a->ninterfaces,
		.snapshot_length = a->snapshot_length != 0
		    ? a->snapshot_length
		    : FV_LIVE_ARGUMENTS_SNAPLEN,
		.buffer = (size_t)(a->buffer != 0 ? a->buffer
						  : FV_LIVE_ARGUMENTS_BUFFER)
		    << 20,
		.duration = a->duration,
		.note = on_note,
		.arg = name,
	};

	*live = NULL;
	if (a->ninterfaces == 0)
		return 0;
	(void)snprintf(name, sizeof(name), "%s", command);
	if ((*live = fv_live_new(&options, err)) == NULL)
		return -1;
	if (fv_reading_arguments_add(reading, fv_live_input(*live), err) ==
	    -1) {
		fv_live_free(*live);
		*live = NULL;
		return -1;
	}
	hear_signals(*live);
	if (!quiet)
		(void)fprintf(stderr,
		    "flowveil %s: capturing from %s; press Ctrl-C to finish\n",
		    command, fv_live_input(*live)->label);
	return 0;
}

bool
fv_live_arguments_end(struct fv_live *live, const char *command, uint64_t lost)
{
	struct fv_err err;
	bool well;

	if (live == NULL)
		return true;
	unhear_signals();
	well = fv_live_end(live, &err) == 0;
	fv_live_free(live);
	if (!well)
		(void)fprintf(
		    stderr, "flowveil %s: damaged: %s\n", command, err.text);
	if (lost > 0)
		(void)fprintf(stderr,
		    "flowveil %s: warning: %" PRIu64
		    " packets were lost, as they came faster than they were "
		    "read;\na larger --buffer helps with bursts, a smaller "
		    "--snaplen with more.\n",
		    command, lost);
	return well;
}
