DATASETS := \
	datasets/counters.c \
	datasets/hosts.c \
	datasets/reference/census.c \
	datasets/reference/day.c \
	datasets/reference/filler.c \
	datasets/reference/guests.c \
	datasets/reference/law.c \
	datasets/reference/philox.c \
	datasets/reference/plan.c \
	datasets/reference/profile.c \
	datasets/reference/profile_deck.c \
	datasets/reference/profile_today.c \
	datasets/reference/quota.c \
	datasets/reference/reference.c \
	datasets/reference/script.c \
	datasets/reference/script_tcp.c \
	datasets/reference/space.c \
	datasets/reference/suspect.c \
	datasets/reference/suspect_web.c \
	datasets/reference/talks.c \
	datasets/reference/tap.c \
	datasets/reference/truth.c \
	datasets/reference/wire.c \
	datasets/reference/wire_link.c \
	datasets/reference/wire_tcp.c
