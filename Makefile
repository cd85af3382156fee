# tandempost: GNU make. `make help` lists the targets.
VERSION := 0.1.0
PREFIX  ?= /usr/local
DESTDIR ?=
BUILD   ?= build

# Where things go. The program looks for its configuration in /etc and systemd for state in /var/lib, whatever PREFIX is.
bindir        ?= $(PREFIX)/bin
datadir       ?= $(PREFIX)/share
mandir        ?= $(datadir)/man
docdir        ?= $(datadir)/doc/tandempost
completiondir ?= $(datadir)/bash-completion/completions
unitdir       ?= $(PREFIX)/lib/systemd/system
sysusersdir   ?= $(PREFIX)/lib/sysusers.d
tmpfilesdir   ?= $(PREFIX)/lib/tmpfiles.d

ifeq ($(origin CC),default)
CC := gcc
endif
# Every compiler call is shown in short; `make V=1` shows it whole.
# The one file of C++ (the matching, by LEMON's templates). Whoever chooses clang for C gets its other half.
ifeq ($(origin CXX),default)
CXX := $(if $(findstring clang,$(CC)),clang++,g++)
endif
Q = $(if $(V),,@)
say = @$(if $(V),true,printf '  %-5s %s\n' '$(1)' '$@')

PACKAGES := libcurl libsystemd sqlite3 libconfuse icu-i18n icu-uc libxml-2.0 jansson libseccomp nettle cairo
# Asked for once, at the first need: before `make deps` there may be no pkg-config.
LIBRARIES = $(eval LIBRARIES := $$(shell pkg-config --libs $(PACKAGES)) -letpan -lical -lmd4c-html -lmd4c -lcsv -lstdc++ -lm)$(LIBRARIES)
INCLUDES  = $(eval INCLUDES := -Idaemon -I$(BUILD) $$(shell pkg-config --cflags $(PACKAGES) | sed 's/-I/-isystem /g'))$(INCLUDES)

WARNINGS := -Wall -Wextra -Wconversion -Wsign-conversion -Wshadow -Wpointer-arith -Wcast-qual -Wwrite-strings \
            -Wformat=2 -Wundef -Wswitch-enum -Wvla -Wnull-dereference
WARNINGS_C := -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
ifdef CI
WARNINGS += -Werror
endif
HARDENING := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE
OPTIMISE  ?= -O2 -g
CFLAGS    ?=
DEFINES   := -D_GNU_SOURCE -DTANDEMPOST_VERSION='"$(VERSION)"'
ALL_CPPFLAGS = $(DEFINES) $(INCLUDES) $(CPPFLAGS)
ALL_CFLAGS = -std=gnu17 $(OPTIMISE) $(WARNINGS) $(WARNINGS_C) $(SANITIZE) $(HARDENING) $(CFLAGS)
ALL_CXXFLAGS = -std=c++17 $(OPTIMISE) $(WARNINGS) $(SANITIZE) $(HARDENING) $(CFLAGS)
ALL_LDFLAGS = $(SANITIZE) -pie -Wl,-z,relro,-z,now $(LDFLAGS)

SOURCES := $(filter-out daemon/cli/main.c,$(wildcard daemon/*/*.c daemon/*/*/*.c))
SOURCES_CXX := $(wildcard daemon/*/*.cc)
OBJECTS  = $(SOURCES:%.c=$(BUILD)/%.o) $(SOURCES_CXX:%.cc=$(BUILD)/%.o) $(BUILD)/embedded.o
UNIT_SOURCES := $(wildcard tests/unit/*/test_*.c)
UNIT_TESTS = $(UNIT_SOURCES:%.c=$(BUILD)/%)
MANUALS  = $(BUILD)/man/tandempost.1 $(BUILD)/man/tandempost.conf.5

.PHONY: all
all: $(BUILD)/tandempost $(MANUALS) $(BUILD)/bash-completion ##- build the program and its manual pages

# ---- The program ----

$(BUILD)/tandempost: $(BUILD)/daemon/cli/main.o $(BUILD)/libtandempost.a
	$(call say,LINK)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBRARIES)

$(BUILD)/libtandempost.a: $(OBJECTS)
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/%.o: %.cc
	@mkdir -p $(@D)
	$(call say,CXX)
	$(Q)$(CXX) $(ALL_CPPFLAGS) $(ALL_CXXFLAGS) -MMD -MP -c -o $@ $<

# Schema, starter configuration and default templates are carried inside the binary.
EMBEDDED := $(sort $(wildcard schema/*.sql templates/*/*.md templates/*/*.txt templates/*/topics/*.md templates/*/forms/* texts/*/*/*.md texts/*/*/topics/*.md texts/*/*/forms/* config/*.conf demo/*.csv demo/*.conf demo/*.json report/*))
$(BUILD)/embedded.c: $(EMBEDDED) tools/embed.sh
	@mkdir -p $(@D)
	$(Q)sh tools/embed.sh $(EMBEDDED) > $@.new && mv $@.new $@
$(BUILD)/embedded.o: $(BUILD)/embedded.c
	$(call say,CC)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -c -o $@ $<

$(BUILD)/tests/unit/%: tests/unit/%.c $(BUILD)/libtandempost.a
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(ALL_CPPFLAGS) -Itests $(ALL_CFLAGS) -MMD -MP -o $@ $< $(BUILD)/libtandempost.a $(ALL_LDFLAGS) $(LIBRARIES) -lcmocka

# Commands and options in the manual pages come from the program's own tables.
$(BUILD)/man/%: man/%.in tools/manual.sh $(BUILD)/tandempost
	@mkdir -p $(@D)
	$(Q)sh tools/manual.sh $(BUILD)/tandempost $* < $< > $@.new && mv $@.new $@
$(BUILD)/bash-completion: $(BUILD)/tandempost
	$(Q)$(BUILD)/tandempost help --completion bash > $@.new && mv $@.new $@

# ---- Demonstration ----

DEMO_SEED ?= 1
.PHONY: demo
demo: deps ##- run a whole made-up round into build/demo, installing what is missing (root or sudo)
	@$(MAKE) --silent --no-print-directory $(PARALLEL) $(BUILD)/tandempost
	@$(BUILD)/tandempost demo $(BUILD)/demo --seed $(DEMO_SEED)
.PHONY: demo-text
demo-text: $(BUILD)/tandempost ##- write docs/demo.md anew from what the demonstration prints
	@tools/demo-text.sh $(BUILD)/tandempost > docs/demo.md.new && mv docs/demo.md.new docs/demo.md

.PHONY: examples
examples: $(addprefix $(BUILD)/tests/unit/app/test_,introduction examples surveys) ##- write docs/examples*.md anew from the templates
	@for test in $^; do EXAMPLES=write $$test > /dev/null || exit 1; done

# ---- Tests ----

# Packages that are missing on this Debian machine; says which before it installs them.
.PHONY: deps
deps: ##- install the Debian packages needed to build (root or sudo)
	@tools/install-packages.sh tools/packages-build
.PHONY: deps-test deps-lint
deps-test:
	@tools/install-packages.sh tools/packages-build tools/packages-test
deps-lint:
	@tools/install-packages.sh tools/packages-build tools/packages-lint

# What the tests in tests/*/*.t run: `make journeys TANDEMPOST=build-asan/tandempost` tries another build.
export TANDEMPOST ?= $(BUILD)/tandempost
export CMOCKA_MESSAGE_OUTPUT = TAP
# Whole ways through the program with real Postfix and Dovecot on loopback, and with the service killed at any moment; each
# starts servers of its own, which need root, on ports that are free.
JOURNEYS := $(wildcard tests/journeys/*.t tests/crash/*.t)
SCRIPTED_TESTS := $(filter-out $(JOURNEYS),$(wildcard tests/*/*.t))
PROVE := PERL5LIB=tests prove --formatter Advice $(if $(V),--verbose) --color --timer --jobs 2
PARALLEL = $(if $(filter -j%,$(MAKEFLAGS)),,--jobs=$(shell nproc))
AS_ROOT := $(if $(filter 0,$(shell id -u)),yes)

.PHONY: test
test: deps-test ##- build and run all tests, installing what they need (root or sudo)
	@$(MAKE) --no-print-directory $(PARALLEL) check
.PHONY: check
check: all $(UNIT_TESTS)
	@$(PROVE) $(SCRIPTED_TESTS) $(UNIT_TESTS) $(if $(AS_ROOT),$(JOURNEYS))
ifndef AS_ROOT
	@echo 'The journeys ($(words $(JOURNEYS)) scripts) were left out: they start mail servers of their own and need root: sudo make test'
endif
.PHONY: green
green: ##- run all tests as slow and busy machines would, 9 times in all: RUNS=5,2,1,1 (root)
	@tests/green.sh
.PHONY: unit
unit: $(UNIT_TESTS) ##- build and run the unit tests
	@$(PROVE) $(UNIT_TESTS)
.PHONY: journeys
journeys: all ##- run the tests with real mail servers (root)
ifdef AS_ROOT
	@$(PROVE) $(JOURNEYS)
else
	@echo 'The journeys start mail servers of their own and need root: sudo make journeys' >&2; exit 1
endif

.PHONY: accessibility
accessibility: $(BUILD)/tandempost ##- try a report with axe-core, in light and dark, wide and narrow (needs chromium and npm)
	@[ -e $(BUILD)/demo/report.html ] || $(BUILD)/tandempost demo $(BUILD)/demo > /dev/null
	@$(BUILD)/tandempost -c $(BUILD)/demo/tandempost.conf report --html $(BUILD)/accessible.html > /dev/null
	@tests/accessibility.sh $(BUILD)/accessible.html

.PHONY: bench
bench: all ##- measure sending and receiving beside smtp-source and mbsync, or WHAT="slow tls" of it (root)
	@tools/install-packages.sh tools/packages-test tools/packages-bench
	@tests/bench/bench.py $(WHAT)

.PHONY: crash
crash: all ##- kill the service at random moments, at length (root)
	@TEST_PATIENCE=1800 KILLS=$(or $(KILLS),50) MESSAGES=$(or $(MESSAGES),200) prove --color --timer -v tests/crash/kill.t

# Random rounds with outages and restarts: `make simulation SEEDS=1000` tries so many, from FIRST_SEED on.
SEEDS ?= 50
FIRST_SEED ?= 1
.PHONY: simulation
simulation: $(BUILD)/tests/unit/simulation/test_simulation ##- run random rounds with outages and restarts, SEEDS=50 of them
	@SIMULATION_SEEDS=$(SEEDS) SIMULATION_FIRST_SEED=$(FIRST_SEED) $(BUILD)/tests/unit/simulation/test_simulation

.PHONY: asan
asan: ##- build under AddressSanitizer and UBSan into build-asan and run the unit tests there
	$(MAKE) BUILD=build-asan OPTIMISE='-O1 -g' HARDENING=-fPIE SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer' all unit

# libFuzzer over what reads hostile bytes: `make fuzz SECONDS=600 TARGET=message`, further seeds with FUZZ_SEEDS=DIR, no more
# inputs than RUNS=1000000 with that. The objects are built with its coverage, so that it finds its way into all branches.
.PHONY: fuzz
fuzz: ##- try hostile input of all kinds: SECONDS for each TARGET, or for the one named
	@tools/install-packages.sh tools/packages-build tools/packages-fuzz
	@$(MAKE) --no-print-directory BUILD=build-fuzz CC=clang OPTIMISE='-O2 -g' HARDENING= \
	    SANITIZE='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer' \
	    fuzz-targets
	@tests/fuzz/run.sh build-fuzz '$(or $(SECONDS),60)' $(TARGET)
FUZZ_TARGETS := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(filter-out tests/fuzz/harness.c,$(wildcard tests/fuzz/*.c)))
.PHONY: fuzz-targets
fuzz-targets: $(FUZZ_TARGETS)
$(BUILD)/fuzz/%: tests/fuzz/%.c tests/fuzz/harness.c tests/fuzz/harness.h $(BUILD)/libtandempost.a
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -fsanitize=fuzzer -o $@ $< tests/fuzz/harness.c $(BUILD)/libtandempost.a \
	    $(LDFLAGS) $(LIBRARIES)

.PHONY: bench-match
bench-match: $(BUILD)/tests/bench/match ##- measure the matching: how near to the best, how fast, beside NetworkX
	@tools/install-packages.sh tools/packages-bench
	@tests/bench/match.py $<

.PHONY: bench-scale
bench-scale: all ##- measure how everything grows, with PEOPLE="1000 10000 100000 1000000"
	@tools/install-packages.sh tools/packages-test
	@tests/bench/scale.py

.PHONY: bench-rehearse
bench-rehearse: all ##- measure what rehearsing six months costs, with PEOPLE="92 1000 10000"
	@tests/bench/rehearse.py

# How early silent partnerships are found, in made-up rounds: PARAMETERS=FILE for other behaviour; TRIES=500 looks for better
# parameters, on files of its own.
WARNING_FILES := tests/bench/warning
.PHONY: bench-warning
bench-warning: $(BUILD)/tests/bench/warning ##- measure early warning beside simple rules, with PARAMETERS=FILE of behaviour
ifdef TRIES
	@TRIES=$(TRIES) $< --tune $(WARNING_FILES)/tuning/*.txt
else
	@$< $(or $(PARAMETERS),$(WARNING_FILES)/reported/programme.txt \
	    $(filter-out %/programme.txt,$(wildcard $(WARNING_FILES)/reported/*.txt)))
endif

# Mails described a second, with and without the sandbox.
.PHONY: bench-inbound
bench-inbound: $(BUILD)/tests/bench/inbound ##- measure what the sandbox costs
	@$<
$(BUILD)/tests/bench/%: tests/bench/%.c $(BUILD)/libtandempost.a
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(ALL_CPPFLAGS) -Itests $(ALL_CFLAGS) -MMD -MP -o $@ $< $(BUILD)/libtandempost.a $(ALL_LDFLAGS) $(LIBRARIES)

# ---- Care ----

SCRIPTS := .ci/run $(wildcard tools/*.sh tests/*.sh tests/fuzz/*.sh)
C_FILES  = $(wildcard daemon/*/*.[ch] daemon/*/*.cc daemon/*/*/*.[ch] tests/*.h tests/unit/*/*.[ch] tests/fuzz/*.[ch] tests/bench/*.c)
.PHONY: format
format: ##- lay out all C sources with clang-format
	@clang-format -i $(C_FILES)

LINTED := $(patsubst %,$(BUILD)/lint/%.tidy,$(basename $(SOURCES) $(SOURCES_CXX)) daemon/cli/main)
$(BUILD)/lint/%.tidy: %.c .clang-tidy $(BUILD)/embedded.c
	$(call tidy,-std=gnu17 $(WARNINGS_C))
$(BUILD)/lint/%.tidy: %.cc .clang-tidy
	$(call tidy,-std=c++17)
define tidy
	@mkdir -p $(@D)
	$(call say,TIDY)
	$(Q)clang-tidy --quiet --warnings-as-errors='*' $< -- $(1) $(WARNINGS) $(ALL_CPPFLAGS) 2>$@.log || { cat $@.log; exit 1; }
	@touch $@
endef
.PHONY: tidy
tidy: $(LINTED)
.PHONY: lint
lint: deps-lint ##- check sources, scripts and manual pages: nothing may be found
	@$(MAKE) --no-print-directory all
	@echo "clang-format, shellcheck, mandoc, cppcheck" && clang-format --dry-run --Werror $(C_FILES)
	@shellcheck $(SCRIPTS)
	@mandoc -T lint -W warning $(MANUALS)
	@cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,performance,portability --inline-suppr \
	    --suppressions-list=tools/cppcheck-suppressions -j 2 $(DEFINES) -Idaemon daemon
	@$(MAKE) --no-print-directory --jobs=2 --keep-going tidy
	@$(MAKE) --no-print-directory $(BUILD)/tests/unit/layers/test_layers && $(BUILD)/tests/unit/layers/test_layers

# ---- Installing ----

DOCUMENTS := README.md CHANGELOG.md CONTRIBUTING.md LICENSE $(wildcard docs/*.md docs/pictures/*.png)
TEMPLATES := $(wildcard templates/*/*.md templates/*/*.txt templates/*/topics/*.md templates/*/forms/* texts/*/*/*.md texts/*/*/topics/*.md texts/*/*/forms/*)
# The unit files name /usr/bin, where a Debian package would have the program.
UNITS := tandempost.service tandempost@.service
INSTALLED = $(bindir)/tandempost $(mandir)/man1/tandempost.1 $(mandir)/man5/tandempost.conf.5 \
            $(completiondir)/tandempost $(UNITS:%=$(unitdir)/%) $(sysusersdir)/tandempost.conf \
            $(tmpfilesdir)/tandempost.conf $(docdir)/examples/tandempost.conf \
            $(DOCUMENTS:%=$(docdir)/%) $(TEMPLATES:%=$(datadir)/tandempost/%)

.PHONY: install
install: all ##- install below PREFIX (/usr/local) and DESTDIR
	install -D $(BUILD)/tandempost $(DESTDIR)$(bindir)/tandempost
	install -D -m 644 $(BUILD)/man/tandempost.1 $(DESTDIR)$(mandir)/man1/tandempost.1
	install -D -m 644 $(BUILD)/man/tandempost.conf.5 $(DESTDIR)$(mandir)/man5/tandempost.conf.5
	install -D -m 644 $(BUILD)/bash-completion $(DESTDIR)$(completiondir)/tandempost
	install -D -m 644 systemd/tandempost.sysusers $(DESTDIR)$(sysusersdir)/tandempost.conf
	install -D -m 644 systemd/tandempost.tmpfiles $(DESTDIR)$(tmpfilesdir)/tandempost.conf
	install -D -m 644 config/tandempost.conf $(DESTDIR)$(docdir)/examples/tandempost.conf
	@for document in $(DOCUMENTS); do install -D -m 644 $$document $(DESTDIR)$(docdir)/$$document || exit 1; done
	@mkdir -p $(DESTDIR)$(unitdir)
	for unit in $(UNITS); do \
	    sed 's,/usr/bin/tandempost,$(bindir)/tandempost,' systemd/$$unit > $(DESTDIR)$(unitdir)/$$unit && \
	    chmod 644 $(DESTDIR)$(unitdir)/$$unit || exit 1; \
	done
	@for template in $(TEMPLATES); do \
	    install -D -m 644 $$template $(DESTDIR)$(datadir)/tandempost/$$template || exit 1; \
	done
ifeq ($(DESTDIR),)
	@tools/after-install.sh $(sysusersdir)/tandempost.conf $(tmpfilesdir)/tandempost.conf
endif

.PHONY: uninstall
uninstall: ##- remove what install put there; configuration, state and the account stay
	rm -f $(addprefix $(DESTDIR),$(INSTALLED))
	@cd / && rmdir --ignore-fail-on-non-empty -p $(addprefix $(DESTDIR),$(docdir)/examples $(docdir)/docs/pictures \
	    $(sort $(dir $(TEMPLATES:%=$(datadir)/tandempost/%)))) 2>/dev/null || true

.PHONY: dist
dist: ##- make the source tarball of the committed state; the same bytes every time
	git archive --format=tar --prefix=tandempost-$(VERSION)/ HEAD | gzip -9n > tandempost-$(VERSION).tar.gz
	@sha256sum tandempost-$(VERSION).tar.gz

# From the committed state, in a folder of its own, so that nothing of what lies about gets in.
DEB := build-deb/tandempost-$(VERSION)
.PHONY: deb
deb: ##- build the Debian package of the committed state into build-deb
	@tools/install-packages.sh tools/packages-build tools/packages-deb
	rm -rf $(DEB) && mkdir -p $(DEB) && git archive HEAD | tar -x -C $(DEB)
	cd $(DEB) && dpkg-buildpackage --build=binary --no-sign
	@ls $(DEB)/../*.deb
.PHONY: deb-test
deb-test: ##- install, upgrade, remove and purge the package in a bare Debian 12 (root)
	@tools/install-packages.sh tools/packages-build tools/packages-deb tools/packages-green
	@tests/packaging/deb.sh

.PHONY: clean
clean: ##- remove what was built
	rm -rf build build-*

.PHONY: help
help: ##- list the targets
	@sed -n 's/^\([a-z-]*\):.*##- \(.*\)/\1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 15

-include $(shell find $(BUILD) -type f -name "*.d" 2>/dev/null)
