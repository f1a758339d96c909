# flowveil: from packet captures to anonymized flow datasets.
#
# One object tree per flavour under build/: release, asan (address and
# undefined behaviour sanitizers).  Sources are listed, not globbed.

FLAVOUR ?= release
BUILD ?= build
PREFIX ?= /usr/local
CC ?= cc
OUT := $(BUILD)/$(FLAVOUR)

VERSION := 0.1.0

# Packages of Debian 12.  DEPS_BUILD makes the command; DEPS_CHECK is what
# the tests and lint need besides.
DEPS_BUILD := gcc make pkg-config libc6-dev libhdf5-dev libpcap-dev libssl-dev \
	libisal-dev libdeflate-dev libjansson-dev libyaml-dev libarchive-dev \
	libseccomp-dev libjs-chart.js python3
DEPS_CHECK := libcunit1-dev bats parallel python3-h5py gnuplot-nox tshark clang libclang-rt-dev \
	clang-format mandoc shellcheck gzip bzip2 xz-utils zstd lz4 unzip openssl iproute2 \
	minisign signify-openbsd nfdump python3-jsonschema python3-yaml libxml2-utils python3-pandas

include base/sources.mk
include datasets/sources.mk
include anonymize/sources.mk
include convert/sources.mk
include analysis/sources.mk
include cli/sources.mk
include tests/sources.mk

LIB_SOURCES := $(BASE) $(DATASETS) $(ANONYMIZE) $(CONVERT) $(ANALYSIS)

WARNINGS := -Wall -Wextra -Wpedantic -Werror -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wold-style-definition -Wpointer-arith \
	-Wcast-qual -Wwrite-strings -Wvla -Wundef -Wformat=2 \
	-Wimplicit-fallthrough -Wdate-time
# HDF5 by its serial name: plain "hdf5" may be the MPI build.
PACKAGES := hdf5-serial libpcap libcrypto libisal libdeflate jansson \
	yaml-0.1 libarchive libseccomp

# Asked once, when first needed: `make deps` may have to install it first.
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell pkg-config --cflags $(PACKAGES) \
	| sed 's/-I/-isystem /g'))$(PKG_CFLAGS)
PKG_LIBS = $(eval PKG_LIBS := $$(shell pkg-config --libs $(PACKAGES)))$(PKG_LIBS)

CPPFLAGS += -I. -D_GNU_SOURCE -DFV_VERSION='"$(VERSION)"'
# Fields that were just written one by one must not be read as one vector:
# the processor waits until all of them are in the cache.
CFLAGS_release := -O2 -g -fno-tree-slp-vectorize
CFLAGS_asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
LDFLAGS_asan := -fsanitize=address,undefined
CFLAGS_fuzz := -O1 -g -fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=all
LDFLAGS_fuzz := -fsanitize=address,undefined
ifeq ($(FLAVOUR),fuzz)
CC := clang
endif
CFLAGS += -std=c17 -pthread $(WARNINGS) $(CFLAGS_$(FLAVOUR))
LDFLAGS += -pthread $(LDFLAGS_$(FLAVOUR))
LDLIBS = $(PKG_LIBS) -lm

objects = $(patsubst %.c,$(OUT)/%.o,$(1))
LIB := $(OUT)/libflowveil.a
COMMAND := $(OUT)/flowveil
UNIT := $(OUT)/unit
CAPGEN := $(OUT)/capgen
IDENTITY := $(OUT)/identity

.DELETE_ON_ERROR:
.PHONY: all lib help deps deps-build check check-asan run-check run-unit \
	run-cli run-reference run-inference run-captures run-conversations run-packets check-interop run-interop bench run-bench demo run-demo reproduce run-reproduce lint run-lint format \
	install uninstall fuzz run-fuzz \
	mutate run-mutate clean

## all: build the command, build/flowveil
all: $(BUILD)/flowveil

# The command where people look for it, whatever the flavour.
$(BUILD)/flowveil: $(COMMAND)
	@ln -sf $(FLAVOUR)/flowveil $@

lib: $(LIB)

$(OUT)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  cc $<"
	@$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# What report.html carries in itself, as arrays.
CHART_JS ?= /usr/share/javascript/chart.js/chart.min.js
ASSETS := style=analysis/report.css \
	script=analysis/report_words.js,analysis/report_draw.js,analysis/report.js \
	chart=$(CHART_JS) licence=docs/licences/chart.js.txt
COMMA := ,
$(OUT)/report_assets.c: analysis/embed.py Makefile \
    $(filter %.js %.css %.txt,$(subst =, ,$(subst $(COMMA), ,$(ASSETS))))
	@mkdir -p $(@D)
	@echo "  embed $@"
	@python3 analysis/embed.py $(ASSETS) > $@
$(OUT)/report_assets.o: $(OUT)/report_assets.c
	@echo "  cc $<"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(LIB): $(call objects,$(LIB_SOURCES)) $(OUT)/report_assets.o
	@echo "  ar $@"
	@rm -f $@
	@$(AR) rcs $@ $^

$(COMMAND): $(call objects,$(CLI)) $(LIB)
	@echo "  ld $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(UNIT): $(call objects,$(TESTS_UNIT) $(TESTS_CAPGEN) cli/decode_tree.c cli/options.c) $(LIB)
	@echo "  ld $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcunit -lm

$(CAPGEN): $(call objects,$(TESTS_CAPGEN) $(TESTS_CAPGEN_MAIN)) $(LIB)
	@echo "  ld $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# The command with a mapping that changes nothing, for one test alone.
$(IDENTITY): $(call objects,$(CLI) tests/identity.c) $(LIB)
	@echo "  ld $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# A fuzz target NAME is tests/fuzz/fuzz_NAME.c; seed_NAME.c writes its seeds.
$(OUT)/fuzz_%: $(OUT)/tests/fuzz/fuzz_%.o $(LIB)
	$(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LDLIBS)
$(OUT)/replay_%: $(OUT)/tests/fuzz/fuzz_%.o $(OUT)/tests/fuzz/replay.o $(LIB)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)
$(OUT)/seed_%: $(OUT)/tests/fuzz/seed_%.o $(call objects,$(TESTS_CAPGEN)) \
    $(LIB)
	$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LDLIBS)
$(OUT)/seed_dataset: $(OUT)/tests/fuzz/tiny.o
$(OUT)/mutate_dataset: $(addprefix $(OUT)/tests/fuzz/,mutate_dataset.o \
    mutate.o tiny.o) $(LIB)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)
$(OUT)/seeds/%: $(OUT)/seed_%
	@rm -rf $@ && mkdir -p $@
	$< $@
$(OUT)/bench_%: $(OUT)/tests/bench/bench_%.o $(call objects,$(TESTS_CAPGEN)) \
    $(LIB)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)
.SECONDARY:

-include $(patsubst %.c,$(OUT)/%.d,$(LIB_SOURCES) $(CLI) $(TESTS_UNIT) \
	$(TESTS_CAPGEN) $(TESTS_CAPGEN_MAIN) \
	$(wildcard tests/*.c tests/fuzz/*.c tests/bench/*.c))

## help: list these targets
help:
	@sed -n 's/^## //p' $(firstword $(MAKEFILE_LIST))

## deps: install what building and testing need (root or sudo)
deps:
	@tests/deps $(DEPS_BUILD) $(DEPS_CHECK)
deps-build:
	@tests/deps $(DEPS_BUILD)

## check: install what is missing, build, run every test
check: deps
	@$(MAKE) --no-print-directory run-check
run-check: run-unit run-replay run-cli run-reference run-inference run-captures \
    run-packets
run-reference: all
	rm -rf $(OUT)/month
	$(COMMAND) generate --scale 0.05 -o $(OUT)/month
	tests/reference_check.py --scale 0.05 $(OUT)/month
	tests/reference_truth.py $(OUT)/month
	tests/reference_tshark $(OUT)/month
# What is inferred: changes of hosts and the results of R28 against the truth, and
# weights against the fit that they come from.
run-inference: all
	FLOWVEIL=$(abspath $(COMMAND)) /usr/bin/python3 tests/segmentation_score.py
	FLOWVEIL=$(abspath $(COMMAND)) /usr/bin/python3 tests/access_score.py
	FLOWVEIL=$(abspath $(COMMAND)) /usr/bin/python3 tests/fit_who_am_i.py --check
run-replay: $(TESTS_FUZZ:%=run-replay-%) run-mutate
run-replay-%: $(OUT)/replay_% $(OUT)/seeds/%
	$< $(OUT)/seeds/$* $(wildcard tests/fuzz/corpus/$*)
# MUTATIONS damaged datasets, read in children as the door does.
MUTATIONS ?= 500
run-mutate: $(OUT)/mutate_dataset
	$< $(MUTATIONS)
run-unit: $(UNIT)
	$(UNIT)
run-cli: all $(CAPGEN) $(IDENTITY)
	FLOWVEIL=$(abspath $(COMMAND)) CAPGEN=$(abspath $(CAPGEN)) \
		IDENTITY=$(abspath $(IDENTITY)) \
		bats --jobs 2 --no-parallelize-within-files \
		--print-output-on-failure tests/cli
run-captures: all run-conversations
	FLOWVEIL=$(abspath $(COMMAND)) tests/captures
	@if test -d $(CAPTURES); then FLOWVEIL=$(abspath $(COMMAND)) \
		tests/shards_check.py --step $(SHARDS_STEP) $(CAPTURES); fi

# Of the captures, every so many-th is cut into datasets.
SHARDS_STEP := $(if $(FLOWVEIL_WITHOUT_TSHARK),7,1)

# Biflows beside tshark's conversations: of at least so many captures and tuples
# if there is a folder of captures, and in any case of made-up ones.
CONVERSATIONS_LEAST := 351 24700
run-conversations: all
	FLOWVEIL=$(abspath $(COMMAND)) tests/biflow_tshark.py --self-test
	@if test -d $(CAPTURES); then FLOWVEIL=$(abspath $(COMMAND)) \
		tests/biflow_tshark.py --least $(CONVERSATIONS_LEAST) $(CAPTURES); fi

# The month's packets, and those of the folder of captures if there is one,
# before and after.
PACKETS_MONTH := hotel-01-inbound-2008-11-0[1-3].pcap \
	hotel-01-outbound-2008-11-0[1-3].pcap
CAPTURES ?= ../shared/captures
run-packets: all
	rm -rf $(OUT)/packets
	$(COMMAND) generate --scale 0.05 -o $(OUT)/packets
	FLOWVEIL=$(abspath $(COMMAND)) tests/packets_check.py \
		$(addprefix $(OUT)/packets/,$(PACKETS_MONTH))
	@rm -rf $(OUT)/packets
	@if test -d $(CAPTURES); then FLOWVEIL=$(abspath $(COMMAND)) \
		tests/packets_check.py --every $(CAPTURES); fi

## check-interop: open datasets and reports in what partners use (R, Octave, npm, ...)
DEPS_INTEROP := python3-h5py python3-tables python3-pandas r-cran-hdf5r octave \
	netcdf-bin nodejs chromium
check-interop: deps
	@tests/deps $(DEPS_INTEROP)
	@command -v npm >/dev/null || tests/deps npm
	@$(MAKE) --no-print-directory run-interop
MODULES := $(BUILD)/npm/node_modules
$(MODULES)/.package-lock.json: tests/interop/package.json \
    tests/interop/package-lock.json
	@mkdir -p $(BUILD)/npm
	cp $^ $(BUILD)/npm
	cd $(BUILD)/npm && npm install --ignore-scripts --no-audit --no-fund
	@touch $@
run-interop: all $(CAPGEN) $(MODULES)/.package-lock.json
	FLOWVEIL=$(abspath $(COMMAND)) CAPGEN=$(abspath $(CAPGEN)) \
		INTEROP=$(abspath $(OUT))/interop NODE_PATH=$(abspath $(MODULES)) \
		tests/interop/run

## check-asan: check under the address and undefined sanitizers
check-asan: deps
	@FLOWVEIL_WITHOUT_TSHARK=1 \
		$(MAKE) --no-print-directory FLAVOUR=asan run-check

## mutate: read 100,000 damaged datasets in the sandbox (20 minutes)
mutate: deps
	@$(MAKE) --no-print-directory run-mutate MUTATIONS=100000

## fuzz: fuzz each target for FUZZ_SECONDS (clang with libFuzzer)
FUZZ_SECONDS ?= 60
FUZZ_LENGTH_dataset := 1048576
# HDF5 1.10 has faults that are known and not ours to mend: go on past them.
FUZZ_FLAGS_dataset := -fork=1 -ignore_crashes=1 -ignore_ooms=1 \
	-ignore_timeouts=1 -timeout=10
fuzz:
	@$(MAKE) --no-print-directory FLAVOUR=fuzz run-fuzz
run-fuzz: $(TESTS_FUZZ:%=run-fuzz-%)
run-fuzz-%: $(OUT)/fuzz_% $(OUT)/seeds/%
	@mkdir -p $(OUT)/corpus/$*
	$< -max_total_time=$(FUZZ_SECONDS) $(FUZZ_FLAGS_$*) \
		-max_len=$(or $(FUZZ_LENGTH_$*),4096) \
		-artifact_prefix=$(OUT)/$*- $(OUT)/corpus/$* $(OUT)/seeds/$*

## bench: time the converter beside a peer, and each fast part
DEPS_BENCH := nfdump softflowd argus-server python3-h5py python3-pandas
BENCH_PACKETS := 2000000
bench: deps
	@tests/deps $(DEPS_BENCH)
	@$(MAKE) --no-print-directory run-bench
run-bench: run-convert-rate run-hostile-rate run-packet-rate run-dataset-rate run-merge-rate run-export-rate \
    run-report-rate \
    $(TESTS_BENCH:%=run-bench-%)
run-convert-rate: all $(OUT)/bench.pcap
	FLOWVEIL=$(abspath $(COMMAND)) \
		tests/bench/convert_rate.py $(OUT)/bench.pcap $(BENCH_PACKETS)
run-hostile-rate: all
	FLOWVEIL=$(abspath $(COMMAND)) tests/bench/hostile_rate.py
run-packet-rate: all $(OUT)/bench.pcap
	FLOWVEIL=$(abspath $(COMMAND)) \
		tests/bench/packet_rate.py $(OUT)/bench.pcap $(BENCH_PACKETS)
run-report-rate: all
	FLOWVEIL=$(abspath $(COMMAND)) tests/bench/report_rate.py
run-export-rate: all $(OUT)/bench.pcap
	FLOWVEIL=$(abspath $(COMMAND)) tests/bench/export_rate.py $(OUT)/bench.pcap
$(OUT)/bench.pcap: $(CAPGEN)
	$< flows $(BENCH_PACKETS) 20000 $@
run-dataset-rate: $(OUT)/bench_writer
	BENCH_WRITER=$(abspath $<) tests/bench/dataset_rate.py
run-merge-rate: all $(CAPGEN) $(OUT)/bench_writer
	FLOWVEIL=$(abspath $(COMMAND)) CAPGEN=$(abspath $(CAPGEN)) \
		BENCH_WRITER=$(abspath $(OUT)/bench_writer) tests/bench/merge_rate.py
$(OUT)/bench_writer: $(call objects,tests/bench/bench_writer.c tests/unit/rows.c) \
    $(LIB)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)
run-bench-%: $(OUT)/bench_%
	$<

## demo: install what is missing, build, and walk the whole road once
demo: deps-build
	@$(MAKE) --no-print-directory run-demo
run-demo: all
	@FLOWVEIL=$(abspath $(COMMAND)) tests/demo $(BUILD)/demo

## reproduce: the whole reference month, every printed figure counted again
reproduce: deps
	@$(MAKE) --no-print-directory run-reproduce
run-reproduce: all
	@SNAPLEN=65535 FLOWVEIL=$(abspath $(COMMAND)) tests/demo $(BUILD)/reproduce
	tests/reference_tshark $(BUILD)/reproduce/month

## lint: hold the tree to the house style (gcc, clang, clang-format, mandoc)
lint: deps
	@$(MAKE) --no-print-directory run-lint
C_FILES = $(LIB_SOURCES) $(CLI) $(TESTS_UNIT) $(TESTS_CAPGEN) \
	$(TESTS_CAPGEN_MAIN) $(wildcard tests/*.c tests/fuzz/*.c tests/bench/*.c)
H_FILES = $(wildcard $(foreach room,base datasets datasets/reference \
	anonymize convert analysis cli tests/unit tests/capgen tests/fuzz,$(room)/*.h))
SYNTAX = -std=c17 -fsyntax-only $(CPPFLAGS) $(PKG_CFLAGS) $(WARNINGS)
run-lint:
	@python3 tests/lint_structure.py
	@set -e; for cc in gcc clang; do \
		echo "headers alone: $$cc"; \
		for h in $(H_FILES); do \
			echo 'extern int alone;' | $$cc $(SYNTAX) -x c -include $$h -; \
		done; \
	done
	@echo "all sources: clang"; clang $(SYNTAX) $(C_FILES)
	@echo "layout: clang-format"; \
		clang-format --dry-run -Werror $(C_FILES) $(H_FILES)
	mandoc -Tlint -Wwarning docs/flowveil.1
	shellcheck tests/deps tests/demo tests/interop/run \
		tests/interop/check_readers tests/interop/check_crate \
		tests/reference_tshark .ci/run $(wildcard tests/cli/*.bats)

## format: lay the sources out as .clang-format says
format:
	clang-format -i $(C_FILES) $(H_FILES)

## install: the command and its manual under PREFIX (/usr/local)
install: all
	install -D -m 755 $(COMMAND) $(DESTDIR)$(PREFIX)/bin/flowveil
	install -D -m 644 docs/flowveil.1 \
		$(DESTDIR)$(PREFIX)/share/man/man1/flowveil.1
uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/flowveil \
		$(DESTDIR)$(PREFIX)/share/man/man1/flowveil.1

## clean: remove build/
clean:
	rm -rf $(BUILD)
