# SPDX-License-Identifier: MIT
#
# dialtone: `make run` shows it, `make test` tests it, `make help` lists the
# rest. Both do all their own set-up on a bare Debian 12: what is missing is
# named and then installed with apt-get (DEPS=no: only named).
#
# Yours to set, on the command line or in the environment:
#   CC CXX CFLAGS CPPFLAGS LDFLAGS    added behind ours, so CFLAGS=-O0 works
#   PREFIX LIBDIR BINDIR MANDIR DESTDIR
#   V=1        show the commands
#   O=FOLDER   build there instead of in build/
#   DEPS=no    install nothing

ifeq ($(origin CC),default)
CC := gcc
endif
ifeq ($(origin CXX),default)
CXX := g++
endif
CFLAGS ?=
CPPFLAGS ?=
LDFLAGS ?=
PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
BINDIR ?= $(PREFIX)/bin
INCLUDEDIR ?= $(PREFIX)/include
MANDIR ?= $(PREFIX)/share/man
DESTDIR ?=
DEPS ?= yes
O ?= build
V ?=
VARIANT ?= release
# Of `make replay`, `make fuzz`, `make property`, `make stress`, `make test`,
# `make run`, `make sim`, `make interop` and `make bench`.
TRACES ?= tests/traces
FUZZ_SECONDS ?= 30
PROPERTY_EVENTS ?= 5000000
STRESS_ITEMS ?= 10000000
SIM_NODES ?= 50000
SIM_SEED ?= 1
TESTS ?=
ARGS ?=
BENCH ?=
BENCH_ARGS ?=

B := $(O)/$(VARIANT)
Q := $(if $(V),,@)
# $(call say,VERB,FILE): what is being done, unless V=1 shows it anyway.
say = $(if $(V),,@printf '  %-7s %s\n' '$(1)' '$(2)')

ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc) --no-print-directory
endif
.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:

# ---- sources: a new file is a new file --------------------------------------

VERSION := $(shell sed -n 's/^\#define DIALTONE_VERSION  *"\(.*\)"/\1/p' \
	     lib/dialtone.h)
MAJOR := $(firstword $(subst ., ,$(VERSION)))
sources = $(sort $(wildcard $(1)))
objects = $(patsubst %.c,$(B)/obj/%.o,$(1))
names = $(basename $(notdir $(1)))

LIB_C := $(call sources,lib/*.c lib/*/*.c workers/*.c)
CMD_C := $(call sources,workers/cmd/*.c)
UNIT_C := $(call sources,tests/test_*.c)
WHOLE_C := $(call sources,tests/whole/*.c)
REPLAY_C := $(call sources,tests/replay/*.c)
PROPERTY_C := $(call sources,tests/property/*.c)
SCALE_C := $(call sources,tests/scale/*.c)
SIM_C := $(call sources,tests/sim/*.c)
STRESS_C := $(call sources,tests/stress/*.c)
FUZZ_C := $(call sources,tests/fuzz/fuzz_*.c)
EXAMPLES_C := $(call sources,tests/examples/*.c)
INTEROP_C := $(call sources,tests/interop/dialtone/*.c)
BENCH_HARNESS_C := $(call sources,bench/harness/*.c)
CONTENDERS_C := $(call sources,bench/contenders/*.c)
BENCH_C := $(call sources,bench/bench_*.c)
# What several test programs share; linked as an archive.
SUPPORT_C := $(filter-out $(UNIT_C) tests/harness.c,$(call sources,tests/*.c)) \
	$(filter-out tests/replay/main.c,$(REPLAY_C))
HEADERS := $(call sources,lib/*.h lib/*/*.h workers/*.h workers/cmd/*.h \
	tests/*.h tests/*/*.h tests/interop/*/*.h bench/*/*.h)
PROJECT_C := $(LIB_C) $(CMD_C) $(UNIT_C) $(WHOLE_C) tests/harness.c \
	$(SUPPORT_C) $(wildcard tests/replay/main.c) $(PROPERTY_C) $(SCALE_C) \
	$(SIM_C) $(STRESS_C) $(call sources,tests/fuzz/*.c tests/lint/*.c) \
	$(EXAMPLES_C) $(INTEROP_C) $(BENCH_HARNESS_C) $(CONTENDERS_C) $(BENCH_C)

# ---- flags -------------------------------------------------------------------

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wundef -Wvla -Wconversion \
	-Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
	-Wwrite-strings -Wpointer-arith -Wformat=2 -Wimplicit-fallthrough \
	-Wdouble-promotion -Wcast-qual
WARNINGS_gcc := -Wjump-misses-init -Wlogical-op -Wduplicated-cond \
	-Wduplicated-branches
WARNINGS_clang := -Wreserved-identifier -Wconditional-uninitialized
COMPILER := $(if $(findstring clang,$(shell $(CC) --version 2>&1)),clang,gcc)

# -O0 from outside and _FORTIFY_SOURCE exclude each other.
VARIANT_release := -O2 -g -fstack-protector-strong \
	$(if $(filter -O0,$(CFLAGS)),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
VARIANT_debug := -O1 -g3 -DDIALTONE_ASSERT
VARIANT_asan := -O1 -g -fno-omit-frame-pointer -DDIALTONE_ASSERT \
	-fsanitize=address,undefined -fno-sanitize-recover=all \
	-DDIALTONE_NO_JEMALLOC
VARIANT_tsan := -O1 -g -DDIALTONE_ASSERT -fsanitize=thread \
	-DDIALTONE_HARNESS_IN_PROCESS -DDIALTONE_NO_JEMALLOC
VARIANT_cover := -O0 -g --coverage -DDIALTONE_NO_JEMALLOC
VARIANT_fuzz := -O1 -g -DDIALTONE_ASSERT -DDIALTONE_NO_JEMALLOC \
	-fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all
ifeq ($(VARIANT_$(VARIANT)),)
$(error VARIANT=$(VARIANT): use release, debug, asan, tsan, cover or fuzz)
endif

# FILE_CPPFLAGS: what one source only is told.
DT_CPPFLAGS = -D_GNU_SOURCE -MMD -MP $(FILE_CPPFLAGS) $(CPPFLAGS)
DT_CFLAGS = -std=c11 -fPIC -fvisibility=hidden -pthread $(WARNINGS) \
	$(WARNINGS_$(COMPILER)) $(VARIANT_$(VARIANT)) $(CFLAGS)
DT_LDFLAGS = -pthread -Wl,-z,relro,-z,now $(filter -fsanitize% --coverage, \
	$(VARIANT_$(VARIANT))) $(LDFLAGS)
LIBS := -lurcu-bp -lurcu-common -lcares -lsodium -lsecp256k1 -lnettle -lsnappy \
	-lsqlite3
# Of programs: the shared libsodium has half a kilobyte of thread-local storage,
# which makes a worker's stack a page more (STACK in workers/dial.c).
PROGRAM_LIBS := $(subst -lsodium,-l:libsodium.a,$(LIBS))
CRITERION := $(if $(filter tsan,$(VARIANT)),,-lcriterion)
JEMALLOC := $(if $(findstring NO_JEMALLOC,$(VARIANT_$(VARIANT))),,-ljemalloc)
# A shared library with a sanitizer leaves the sanitizer's names to the program.
DEFS := $(if $(filter -fsanitize%,$(VARIANT_$(VARIANT))),,-Wl,-z,defs)

# ---- the library and the program ---------------------------------------------

STATIC := $(B)/libdialtone.a
SONAME := libdialtone.so.$(MAJOR)
SHARED := $(B)/$(SONAME)
PROGRAM := $(B)/dialtone
ALL := $(if $(LIB_C),$(STATIC) $(SHARED)) $(if $(CMD_C),$(PROGRAM))

.DEFAULT_GOAL := all
.PHONY: all
all: $(ALL) ## the library, static and shared, and the program

# Objects are made anew when the compiler or a flag changes.
.PHONY: FORCE
$(B)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(DT_CPPFLAGS) $(DT_CFLAGS) $(DT_LDFLAGS)' >$@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

# The program sees the public header and no other, as an embedder does.
$(O)/include/dialtone.h: | lib/dialtone.h
	$(Q)mkdir -p $(@D) && ln -sf $(abspath lib/dialtone.h) $@

EMBEDDER_O := $(call objects,$(CMD_C) $(INTEROP_C))
$(EMBEDDER_O): private INCLUDES := -I$(O)/include
$(EMBEDDER_O): | $(O)/include/dialtone.h

$(B)/obj/%.o: %.c $(B)/flags Makefile | deps
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(INCLUDES) -I. $(DT_CPPFLAGS) $(DT_CFLAGS) $(LTO) -c -o $@ $<

# A release by gcc is optimized as a whole: its small files call each other a
# hundred times for each dial. Other variants link the objects as they are.
ifeq ($(COMPILER)-$(VARIANT),gcc-release)
$(call objects,$(LIB_C)): LTO := -flto -ffat-lto-objects
LIB_O := $(B)/dialtone.o
$(LIB_O): $(call objects,$(LIB_C))
	$(call say,LTO,$@)
	$(Q)$(CC) $(DT_CFLAGS) -flto -flto-partition=one -nostdlib -r \
		-flinker-output=nolto-rel -o $@ $^
	$(Q)objcopy --wildcard --localize-symbol='*.c.*' $@
else
LIB_O := $(call objects,$(LIB_C))
endif

$(STATIC): $(LIB_O)
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar rcs $@ $^

$(SHARED): $(LIB_O) lib/dialtone.map
	$(call say,LD,$@)
	$(Q)$(CC) -shared -Wl,-soname,$(SONAME) $(DEFS) \
		-Wl,--version-script=lib/dialtone.map $(DT_LDFLAGS) -o $@ \
		$(filter %.o,$^) $(LIBS)
	$(Q)ln -sf $(SONAME) $(@D)/libdialtone.so

$(PROGRAM): $(call objects,$(CMD_C)) $(STATIC)
	$(call say,LD,$@)
	$(Q)$(CC) $(DT_LDFLAGS) -o $@ $^ $(PROGRAM_LIBS) $(JEMALLOC)

.PHONY: run
run: $(PROGRAM) ## build, then `dialtone demo` (ARGS="..." are passed on)
	@$(PROGRAM) demo $(ARGS)

# ---- what must be installed first --------------------------------------------

# `run` needs less than `test`, and `test` less than the lints.
GOALS := $(or $(MAKECMDGOALS),all)
IN_BUILD := all run deps install uninstall clean help
IN_BENCH := $(IN_BUILD) sim bench bench-long bench-smoke bench-plots
IN_TEST := $(IN_BUILD) test replay property stress asan tsan examples interop
DEPS_SET ?= $(if $(filter-out $(IN_BUILD),$(GOALS)),$(if \
	$(filter-out $(IN_TEST),$(GOALS)),$(if $(filter-out $(IN_BENCH), \
	$(GOALS)),dev,bench),test),build)

.PHONY: deps
deps: $(O)/deps/$(DEPS_SET) ## install what is missing (DEPS=no: only name it)
$(O)/deps/%: tests/ci/deps.sh
	@DEPS=$(DEPS) tests/ci/deps.sh $*
	@mkdir -p $(@D) && touch $@

# ---- test programs -----------------------------------------------------------

BENCH_HARNESS := $(B)/libbench.a
SIM := $(B)/libsim.a
SUPPORT := $(B)/libsupport.a
$(SUPPORT): $(call objects,$(SUPPORT_C))
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar rcs $@ $^

TEST_LINK = $(CC) $(DT_LDFLAGS) -o $@ $(filter %.o,$^) \
	$(if $(filter $(SIM),$^),$(SIM) -lm) $(SUPPORT) \
	$(if $(filter $(BENCH_HARNESS),$^),$(BENCH_HARNESS) -lm) $(STATIC) \
	$(LIBS)
HARNESS := $(B)/obj/tests/harness.o

$(B)/tests/whole: $(call objects,$(WHOLE_C)) $(HARNESS) $(SUPPORT) $(STATIC)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(TEST_LINK) $(CRITERION)

$(B)/tests/test_%: $(B)/obj/tests/test_%.o $(HARNESS) $(SUPPORT) $(STATIC)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(TEST_LINK) $(CRITERION)

# Tests of the benchmarks' harness.
$(addprefix $(B)/tests/,$(filter test_bench_%,$(call names,$(UNIT_C)))): \
	$(BENCH_HARNESS)

# A small simulation is a test; it hashes as a node does.
$(SIM): $(call objects,$(filter-out tests/sim/place.c \
		tests/sim/sim_discovery.c,$(SIM_C)))
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar rcs $@ $^
$(addprefix $(B)/tests/,$(filter test_sim_%,$(call names,$(UNIT_C)))): $(SIM)

# Tests of the program start it.
$(addprefix $(B)/tests/,$(filter test_cmd_%,$(call names,$(UNIT_C)))): | $(PROGRAM)

$(B)/tests/property_dialstate: $(call objects,$(PROPERTY_C))
$(B)/tests/dialtone-replay: $(B)/obj/tests/replay/main.o
$(foreach kind,stress scale,$(foreach name,$(call names,\
	$(call sources,tests/$(kind)/*.c)),$(eval \
	$(B)/tests/$(name): $(B)/obj/tests/$(kind)/$(name).o)))
PLAIN := $(addprefix $(B)/tests/,property_dialstate dialtone-replay \
	$(call names,$(STRESS_C) $(SCALE_C)))
$(PLAIN): $(SUPPORT) $(STATIC)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(TEST_LINK)

# A fuzz target with a main() that replays its corpus.
$(B)/tests/corpus_%: $(B)/obj/tests/fuzz/fuzz_%.o \
		$(B)/obj/tests/fuzz/replay.o $(SUPPORT) $(STATIC)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(TEST_LINK)

$(B)/tests/fuzz_%: $(B)/obj/tests/fuzz/fuzz_%.o $(SUPPORT) $(STATIC)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(TEST_LINK) -fsanitize=fuzzer

# ---- suites: LABEL=COMMAND for tests/run.sh ----------------------------------

STAGE := $(O)/stage
FUZZ := $(patsubst fuzz_%,%,$(call names,$(FUZZ_C)))
EXAMPLES := $(call names,$(EXAMPLES_C))
UNIT := $(if $(TESTS),$(TESTS),$(call names,$(UNIT_C)))

# $(call suite,KIND,NAMES): a program without arguments for each name.
suite = $(foreach name,$(2),'$(1)/$(name)=$(WRAP) $(B)/tests/$(name)')
programs = $(addprefix $(B)/tests/,$(1))
# Kernels that spread mappings wide stop gcc 12's ThreadSanitizer.
WRAP := $(if $(filter tsan,$(VARIANT)),$(shell setarch -R true 2>/dev/null \
	&& echo setarch -R))

SUITE_unit := $(call suite,unit,$(UNIT))
NEEDS_unit := $(call programs,$(UNIT))
SUITE_whole := $(if $(WHOLE_C),$(call suite,whole,whole))
NEEDS_whole := $(if $(WHOLE_C),$(call programs,whole))
SUITE_replay := $(if $(REPLAY_C),'traces=$(B)/tests/dialtone-replay \
	$(wildcard tests/traces)')
NEEDS_replay := $(if $(REPLAY_C),$(call programs,dialtone-replay))
SUITE_property := $(if $(PROPERTY_C),$(call suite,property,property_dialstate))
NEEDS_property := $(if $(PROPERTY_C),$(call programs,property_dialstate))
SUITE_stress := $(call suite,stress,$(call names,$(STRESS_C)))
NEEDS_stress := $(call programs,$(call names,$(STRESS_C)))
SUITE_scale := $(call suite,scale,$(call names,$(SCALE_C)))
NEEDS_scale := $(call programs,$(call names,$(SCALE_C)))
CORPORA := $(if $(wildcard tests/fuzz/replay.c),$(FUZZ))
SUITE_corpus := $(foreach name,$(CORPORA), \
	'corpus/$(name)=$(B)/tests/corpus_$(name) tests/fuzz/$(name).in')
NEEDS_corpus := $(call programs,$(addprefix corpus_,$(CORPORA)))
SUITE_examples := $(foreach name,$(EXAMPLES), \
	'examples/$(name)=LD_LIBRARY_PATH=$(STAGE)/usr/lib \
	$(O)/examples/$(name)')
# The README's program waits for ever: it is compiled, and not run.
NEEDS_examples := $(addprefix $(O)/examples/,$(EXAMPLES) \
	$(if $(wildcard README.md),readme))

# Long things first: two cores then finish together.
TEST_SUITES := $(if $(TESTS),unit,property whole stress unit replay corpus \
	examples)
SUITES ?= $(TEST_SUITES)
# A leak fails a test only if it aborts; Criterion's child may exit with 0.
TEST_ENVIRONMENT := ASAN_OPTIONS=abort_on_error=1:strict_string_checks=1 \
	UBSAN_OPTIONS=print_stacktrace=1:abort_on_error=1 \
	TSAN_OPTIONS=second_deadlock_stack=1 CRITERION_JOBS=1

.PHONY: suites suites-built
suites-built: $(foreach suite,$(SUITES),$(NEEDS_$(suite)))
suites: suites-built
	@$(TEST_ENVIRONMENT) tests/run.sh $(B)/log \
		$(foreach suite,$(SUITES),$(SUITE_$(suite)))

.PHONY: compile
compile: all ## compile everything, run nothing
compile: $(foreach suite,$(TEST_SUITES) scale,$(NEEDS_$(suite)))
compile: bench-built

# $(call in-variant,VARIANT,SUITES): build them there and run them.
in-variant = +@$(MAKE) DEPS_SET=$(DEPS_SET) VARIANT=$(1) SUITES='$(2)' suites

.PHONY: test
test: deps ## all tests (TESTS="test_node_id ..." picks); ends in a summary
	$(call in-variant,debug,$(TEST_SUITES))

.PHONY: replay
replay: deps ## replay TRACES="FILE-OR-FOLDER ..." against the dial state
	+@$(MAKE) DEPS_SET=$(DEPS_SET) VARIANT=debug SUITES=replay suites-built
	@$(O)/debug/tests/dialtone-replay $(TRACES)

.PHONY: asan
asan: deps ## all tests under the address and undefined-behaviour sanitizers
	$(call in-variant,asan,$(filter-out examples,$(TEST_SUITES)))

.PHONY: tsan
tsan: deps ## unit tests, whole dialer and stress under ThreadSanitizer
	$(call in-variant,tsan,$(if $(TESTS),unit,whole stress unit))

.PHONY: stress
stress: deps ## threads against each other, STRESS_ITEMS items, release build
	+@DIALTONE_STRESS_ITEMS=$(STRESS_ITEMS) $(MAKE) \
		DEPS_SET=$(DEPS_SET) VARIANT=release SUITES=stress suites

.PHONY: property
property: deps ## PROPERTY_EVENTS random events against a brute-force model
	+@DIALTONE_PROPERTY_EVENTS=$(PROPERTY_EVENTS) $(MAKE) \
		DEPS_SET=$(DEPS_SET) VARIANT=release SUITES=property suites

.PHONY: scale
scale: deps ## a million nodes: cost per decision and per node
	$(call in-variant,release,scale)

.PHONY: model
model: deps ## check the parking protocol's model with spin
	@tests/model/run.sh

.PHONY: fuzz
fuzz: deps ## fuzz each parser for FUZZ_SECONDS (clang)
	+@$(MAKE) DEPS_SET=dev VARIANT=fuzz CC=clang fuzz-built
	@$(foreach name,$(FUZZ),mkdir -p $(O)/fuzz/found/$(name) && \
		$(O)/fuzz/tests/fuzz_$(name) -max_total_time=$(FUZZ_SECONDS) \
		-artifact_prefix=$(O)/fuzz/found/$(name)- \
		$(O)/fuzz/found/$(name) tests/fuzz/$(name).in &&) true
.PHONY: fuzz-built
fuzz-built: $(addprefix $(B)/tests/fuzz_,$(FUZZ))

# Places are remembered there: see tests/sim/place.c.
SIM_O := $(filter-out $(B)/obj/lib/discv4/place.o,$(call objects,$(SIM_C) \
	$(LIB_C) $(addprefix tests/,discv4_fakes.c discv4_world.c require.c \
	wheel.c)))
$(B)/tests/sim_discovery: $(SIM_O)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(DT_CFLAGS) $(if $(filter gcc-release, \
		$(COMPILER)-$(VARIANT)),-flto=auto) $(DT_LDFLAGS) -o $@ $^ \
		$(LIBS) -lm $(JEMALLOC)

.PHONY: sim
sim: deps ## simulate SIM_NODES nodes, churn and attacks: a page with plots
	+@$(MAKE) DEPS_SET=$(DEPS_SET) VARIANT=release \
		$(O)/release/tests/sim_discovery
	@tests/sim/run.sh $(O)/sim $(O)/release/tests/sim_discovery \
		$(SIM_NODES) $(SIM_SEED)

# A node among those of other implementations; see tests/interop/run.sh.
$(B)/tests/dialtone_node: $(call objects,$(INTEROP_C)) $(STATIC)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(DT_LDFLAGS) -o $@ $^ $(LIBS)

# With assertions, unless a variant was asked for.
INTEROP_VARIANT := $(if $(filter file,$(origin VARIANT)),debug,$(VARIANT))
INTEROP_NODE := $(O)/$(INTEROP_VARIANT)/tests/dialtone_node
.PHONY: interop
interop: deps ## peers and discovery with go-ethereum, ethereumjs (needs Go, npm)
	+@$(MAKE) DEPS_SET=$(DEPS_SET) VARIANT=$(INTEROP_VARIANT) $(INTEROP_NODE)
	@$(TEST_ENVIRONMENT) tests/interop/run.sh $(O)/interop \
		'$(WRAP) $(INTEROP_NODE)' $(ARGS)

.PHONY: cover
cover: deps ## line and branch coverage of lib/ and workers/, with a floor
	$(call in-variant,cover,$(filter-out examples stress,$(TEST_SUITES)))
	@mkdir -p $(O)/cover/html
	@gcovr --root . --filter lib/ --filter workers/ \
		--exclude workers/cmd/ --exclude-unreachable-branches \
		--fail-under-line 95 --html-details $(O)/cover/html/index.html \
		--txt $(O)/cover/summary.txt $(O)/cover/obj
	@tail -n 4 $(O)/cover/summary.txt

# ---- benchmarks ---------------------------------------------------------------

# In the order of the report; BENCH="handoff dials" picks.
BENCH_ORDER := handoff blocking decisions dials in_flight idle time_to_peers \
	start_stop under_load pings forged forged_ids lookups \
	handshakes kept_peers
BENCH_NAMES := $(patsubst bench_%,%,$(call names,$(BENCH_C)))
BENCH_SORTED := $(filter $(BENCH_NAMES),$(BENCH_ORDER)) \
	$(filter-out $(BENCH_ORDER),$(BENCH_NAMES))
BENCH_PICKED := $(if $(BENCH),$(BENCH),$(BENCH_SORTED))
BENCH_OUT := $(O)/bench

CONTENDERS := $(B)/libcontenders.a
# liburing is a contender's business; without it that one says so.
URING := $(shell pkg-config --exists liburing 2>/dev/null && echo -luring)

$(BENCH_HARNESS): $(call objects,$(BENCH_HARNESS_C))
$(CONTENDERS): $(call objects,$(CONTENDERS_C))
$(BENCH_HARNESS) $(CONTENDERS):
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar rcs $@ $^

# Another contender's queue is liburcu's.
BENCH_LIBS := $(URING) -lurcu-memb -lurcu-cds -lm
URING_CPPFLAGS := $(if $(URING),-DBENCH_LIBURING)
$(call objects,$(CONTENDERS_C)): private FILE_CPPFLAGS := $(URING_CPPFLAGS)
# What the report says about the build; made anew when that changes.
BENCH_BUILD := $(B)/obj/bench/harness/machine.o
$(BENCH_BUILD): private FILE_CPPFLAGS = \
	-DBENCH_BUILD_FLAGS='"$(strip $(VARIANT_$(VARIANT)) $(if $(filter \
	gcc-release,$(COMPILER)-$(VARIANT)),-flto) $(subst ",,$(CFLAGS)))"' \
	-DBENCH_BUILD_VERSION='"$(shell git describe --always --dirty \
	2>/dev/null || echo $(VERSION))"'
$(BENCH_BUILD): $(B)/bench/version
$(B)/bench/version: FORCE
	@mkdir -p $(@D)
	@git describe --always --dirty >$@.new 2>/dev/null || true
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

$(B)/bench/bench_%: $(B)/obj/bench/bench_%.o $(CONTENDERS) $(BENCH_HARNESS) \
		$(STATIC)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(DT_LDFLAGS) -o $@ $^ $(BENCH_LIBS) $(PROGRAM_LIBS) \
		$(JEMALLOC)

.PHONY: bench-built
bench-built: $(addprefix $(B)/bench/bench_,$(BENCH_NAMES))

# $(call run-bench,FLAGS): one after the other; the page has all that there are.
define run-bench
+@$(MAKE) DEPS_SET=$(DEPS_SET) VARIANT=release $(addprefix \
	$(O)/release/bench/bench_,$(BENCH_PICKED))
@bench/peers/build.sh $(BENCH_OUT)/peers
@status=0; for name in $(BENCH_PICKED); do echo; \
	$(O)/release/bench/bench_$$name --out $(BENCH_OUT) \
		--peers $(BENCH_OUT)/peers $(1) $(BENCH_ARGS) || status=1; \
	done; \
	bench/harness/report.sh $(BENCH_OUT) $(BENCH_SORTED) && exit $$status
endef

.PHONY: bench bench-long bench-smoke
bench: deps ## every benchmark, short: tables, and a page with plots
	$(call run-bench,)
bench-long: deps ## the same with more points, more and longer rounds
	$(call run-bench,--long)
bench-smoke: deps ## each benchmark once, too short to mean anything
	+@$(MAKE) DEPS_SET=$(DEPS_SET) VARIANT=release bench-built
	@for name in $(BENCH_SORTED); do timeout 60 \
		$(O)/release/bench/bench_$$name --out $(O)/bench-smoke \
		--peers $(BENCH_OUT)/peers --rounds 1 --seconds 0.02 \
		--points 1 || { echo "bench_$$name failed"; exit 1; }; done

# README.md shows these.
PLOTS := tuning-dials tuning-spin_rate tuning-spin_cpu
.PHONY: bench-plots
bench-plots: deps ## measure what README.md has plots of; draw them anew
	+@$(MAKE) bench-long BENCH=tuning BENCH_ARGS="--rounds 3 --seconds 0.4"
	@mkdir -p bench/plots
	@for plot in $(PLOTS); do sed 's/[[:space:]]*$$//' \
		$(BENCH_OUT)/$$plot.svg >bench/plots/$$plot.svg; done

# ---- an embedder's view: an installed copy, and pkg-config alone -------------

.PHONY: examples
examples: deps ## build tests/examples against an installed copy; run them
	$(call in-variant,release,examples)

PC := PKG_CONFIG_SYSROOT_DIR=$(abspath $(STAGE)) \
	PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 PKG_CONFIG_ALLOW_SYSTEM_LIBS=1 \
	PKG_CONFIG_PATH=$(abspath $(STAGE))/usr/lib/pkgconfig pkg-config
# Another variant asks a release build for it; that one already has it.
IN_RELEASE := $(filter release,$(VARIANT))
RELEASED := $(patsubst $(B)/%,$(O)/release/%,$(ALL))

$(STAGE)/staged: FORCE $(if $(IN_RELEASE),$(ALL)) | deps
	$(if $(IN_RELEASE),,+@$(MAKE) DEPS_SET=$(DEPS_SET) VARIANT=release all)
	+@if test ! -e $@ || test -n "$$(find Makefile lib/dialtone.h \
		lib/dialtone.pc.in lib/man workers/man $(RELEASED) -newer $@ \
		2>/dev/null)"; then rm -rf $(STAGE) && $(MAKE) VARIANT=release \
		DEPS_SET=$(DEPS_SET) DESTDIR=$(STAGE) PREFIX=/usr install \
		>/dev/null && touch $@; fi

$(O)/examples/readme.c: README.md
	$(Q)mkdir -p $(@D)
	$(Q)sed -n '/^```c$$/,/^```$$/{/^```/d;p}' $< >$@

$(addprefix $(O)/examples/,$(EXAMPLES)): $(O)/examples/%: tests/examples/%.c
$(O)/examples/readme: $(O)/examples/readme.c
$(NEEDS_examples): $(STAGE)/staged Makefile
	$(call say,EXAMPLE,$(filter %.c,$^))
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -std=c11 -Wall -Wextra -Wpedantic $(CFLAGS) -o $@ \
		$(filter %.c,$^) $$($(PC) --cflags --libs dialtone)
	$(Q)$(CC) -std=c11 $(CFLAGS) -o $@-static $(filter %.c,$^) \
		$$($(PC) --cflags dialtone) \
		$$($(PC) --static --libs dialtone \
		| sed 's/-ldialtone/-l:libdialtone.a/')

# ---- lints -------------------------------------------------------------------

LINTS := layers purity symbols headers atomics man text
LINT_ENVIRONMENT := BUILD=$(O)/release CC=$(CC) CXX=$(CXX) LIBS="$(LIBS)"
.PHONY: lint
lint: deps ## layers, purity, symbols, headers, atomics, man pages, text
	+@$(MAKE) DEPS_SET=$(DEPS_SET) VARIANT=release all
	@failed=; for lint in $(LINTS) $(if $(wildcard tests/lint/options.sh),\
		options); do $(LINT_ENVIRONMENT) tests/lint/$$lint.sh \
		|| failed="$$failed $$lint"; done; \
	test -z "$$failed" || { echo "lint: failed:$$failed"; exit 1; }

.PHONY: options
options: deps ## refresh the tables that are made from lib/config.def
	@tests/lint/options.sh --write

TIDY := $(addprefix $(O)/tidy/,$(addsuffix .ok,$(PROJECT_C)))
TIDY_FLAGS = -std=c11 -D_GNU_SOURCE -DDIALTONE_ASSERT \
	-DDIALTONE_HARNESS_IN_PROCESS $(URING_CPPFLAGS)
.PHONY: tidy
tidy: $(TIDY) ## clang-tidy on every file
$(O)/tidy/workers/cmd/%.ok: INCLUDES = -I$(O)/include -I.
$(O)/tidy/tests/examples/%.ok: INCLUDES = -I$(O)/include
$(O)/tidy/tests/interop/%.ok: INCLUDES = -I$(O)/include -I.
$(O)/tidy/%.ok: INCLUDES = -I.
$(O)/tidy/%.ok: % $(call sources,.clang-tidy */.clang-tidy \
		workers/cmd/.clang-tidy) $(HEADERS) \
		| $(O)/include/dialtone.h deps
	$(call say,TIDY,$<)
	$(Q)mkdir -p $(@D)
	$(Q)clang-tidy --quiet $< -- $(TIDY_FLAGS) $(INCLUDES) 2>$@.log \
		|| { grep -v 'warnings generated' $@.log; false; }
	$(Q)touch $@

FORMATTED := $(PROJECT_C) $(HEADERS)
.PHONY: format format-check
format: deps ## lay all sources out with clang-format
	@clang-format -i $(FORMATTED)
format-check: deps ## fail if clang-format would change a file
	@clang-format --dry-run -Werror $(FORMATTED)

# cppcheck does not see that a NULL comes with a length of 0 (ctunullpointer),
# nor that a loop to a constant runs (uninitvar; clang's analyzer sees both).
.PHONY: analyze
analyze: deps ## clang's analyzer and cppcheck
	@set -e; for file in $(LIB_C); do \
		clang --analyze --analyzer-output text -Xclang \
			-analyzer-werror -std=c11 -D_GNU_SOURCE \
			-DDIALTONE_ASSERT -I. $$file; done
	@cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr -I. \
		--enable=warning,portability,performance -D_GNU_SOURCE \
		--suppress=missingIncludeSystem --suppress=ctunullpointer \
		--suppress=uninitvar $(LIB_C)

compile_commands.json: Makefile $(PROJECT_C)
	$(call say,JSON,$@)
	@{ printf '['; separator=; for file in $(PROJECT_C); do \
		case $$file in workers/cmd/*|tests/interop/*) \
			include='-I$(O)/include -I.';; \
		*) include=-I.;; esac; \
		printf '%s\n{"directory": "%s", "file": "%s", "command": "%s"}' \
			"$$separator" '$(CURDIR)' $$file \
			"cc -std=c11 -D_GNU_SOURCE $$include -c $$file"; \
		separator=,; done; printf '\n]\n'; } >$@

.PHONY: check
check: ## what must pass before a push: format, lints, tests
	+@$(MAKE) DEPS_SET=dev format-check
	+@$(MAKE) DEPS_SET=dev lint
	+@$(MAKE) DEPS_SET=dev test

# ---- install -----------------------------------------------------------------

MAN3 := $(call sources,lib/man/*.3)
MAN1 := $(call sources,workers/man/*.1)
.PHONY: install
install: $(ALL) ## install into $(DESTDIR)$(PREFIX)
	install -d $(addprefix $(DESTDIR),$(LIBDIR)/pkgconfig $(INCLUDEDIR) \
		$(BINDIR) $(MANDIR)/man1 $(MANDIR)/man3)
	install -m 644 $(STATIC) $(DESTDIR)$(LIBDIR)/libdialtone.a
	install -m 755 $(SHARED) $(DESTDIR)$(LIBDIR)/$(SONAME)
	ln -sf $(SONAME) $(DESTDIR)$(LIBDIR)/libdialtone.so
	install -m 644 lib/dialtone.h $(DESTDIR)$(INCLUDEDIR)/dialtone.h
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' \
		-e 's|@INCLUDEDIR@|$(INCLUDEDIR)|' -e 's|@VERSION@|$(VERSION)|' \
		lib/dialtone.pc.in >$(DESTDIR)$(LIBDIR)/pkgconfig/dialtone.pc
	chmod 644 $(DESTDIR)$(LIBDIR)/pkgconfig/dialtone.pc
	$(if $(CMD_C),install -m 755 $(PROGRAM) $(DESTDIR)$(BINDIR)/dialtone)
	$(if $(MAN1),install -m 644 $(MAN1) $(DESTDIR)$(MANDIR)/man1/)
	$(if $(MAN3),install -m 644 $(MAN3) $(DESTDIR)$(MANDIR)/man3/)
	$(if $(DESTDIR),,@echo 'programs find $(SONAME) after: ldconfig')

.PHONY: uninstall
uninstall: ## remove what install put there
	rm -f $(addprefix $(DESTDIR),$(addprefix $(LIBDIR)/,libdialtone.a \
		libdialtone.so $(SONAME) pkgconfig/dialtone.pc) \
		$(INCLUDEDIR)/dialtone.h $(BINDIR)/dialtone \
		$(addprefix $(MANDIR)/man1/,$(notdir $(MAN1))) \
		$(addprefix $(MANDIR)/man3/,$(notdir $(MAN3))))

.PHONY: dist
dist: ## a source archive of HEAD
	@mkdir -p $(O)
	@git archive --prefix=dialtone-$(VERSION)/ \
		-o $(O)/dialtone-$(VERSION).tar.gz HEAD
	@echo $(O)/dialtone-$(VERSION).tar.gz

.PHONY: clean
clean: ## remove all that was built
	rm -rf $(O) compile_commands.json

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | sort \
		| while IFS="$$(printf '\t')" read -r target text; do \
		printf '  %-13s %s\n' "$$target" "$$text"; done

-include $(patsubst %.o,%.d,$(call objects,$(PROJECT_C)))
