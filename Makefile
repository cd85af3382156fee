# tandempost: GNU make. `make help` lists the targets.
PREFIX  ?= /usr/local
DESTDIR ?=
VERSION := 0.1.0
BUILD   ?= build
ifeq ($(origin CC),default)
CC := gcc
endif
ifeq ($(origin CXX),default)
CXX := g++
endif
# Every compiler call is shown in short; `make V=1` shows it whole.
Q = $(if $(V),,@)
say = @$(if $(V),true,printf '  %-5s %s\n' '$(1)' '$@')

PACKAGES := libcurl libsystemd sqlite3 libconfuse icu-i18n icu-uc libxml-2.0 jansson libseccomp nettle
LIBRARIES := $(shell pkg-config --libs $(PACKAGES)) -letpan -lmd4c-html -lmd4c -lcsv
INCLUDES  := -Idaemon -I$(BUILD) $(shell pkg-config --cflags $(PACKAGES) | sed 's/-I/-isystem /g')

WARNINGS := -Wall -Wextra -Wconversion -Wsign-conversion -Wshadow -Wpointer-arith -Wcast-qual -Wwrite-strings \
            -Wformat=2 -Wundef -Wswitch-enum -Wvla -Wnull-dereference
WARNINGS_C := -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
ifdef CI
WARNINGS += -Werror
endif
HARDENING := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE
OPTIMISE  ?= -O2 -g
CFLAGS    ?=
CPPFLAGS  += -D_GNU_SOURCE -DTANDEMPOST_VERSION='"$(VERSION)"' -DTANDEMPOST_DATADIR='"$(PREFIX)/share/tandempost"' $(INCLUDES)
ALL_CFLAGS = -std=gnu17 $(OPTIMISE) $(WARNINGS) $(WARNINGS_C) $(SANITIZE) $(HARDENING) $(CFLAGS)
ALL_LDFLAGS = $(SANITIZE) -pie -Wl,-z,relro,-z,now $(LDFLAGS)

SOURCES := $(filter-out daemon/cli/main.c,$(wildcard daemon/*/*.c))
OBJECTS  = $(SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/embedded.o
UNIT_TESTS = $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/*/test_*.c))

.PHONY: all
all: $(BUILD)/tandempost

$(BUILD)/tandempost: $(BUILD)/daemon/cli/main.o $(BUILD)/libtandempost.a
	$(call say,LINK)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBRARIES)

$(BUILD)/libtandempost.a: $(OBJECTS)
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# Schema, starter configuration and default templates are carried inside the binary.
EMBEDDED := $(sort $(wildcard schema/*.sql templates/*/*.md templates/*/topics/*.md config/*.conf))
$(BUILD)/embedded.c: $(EMBEDDED) tools/embed.sh
	@mkdir -p $(@D)
	$(Q)sh tools/embed.sh $(EMBEDDED) > $@.new && mv $@.new $@
$(BUILD)/embedded.o: $(BUILD)/embedded.c
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -c -o $@ $<

$(BUILD)/tests/unit/%: tests/unit/%.c $(BUILD)/libtandempost.a
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) -Itests $(ALL_CFLAGS) -MMD -MP -o $@ $< $(BUILD)/libtandempost.a $(ALL_LDFLAGS) $(LIBRARIES) -lcmocka

.PHONY: unit
unit: $(UNIT_TESTS)
	@prove --color --merge --timer -j2 --exec 'env CMOCKA_MESSAGE_OUTPUT=TAP' $(UNIT_TESTS)

# Whole ways through the program with real Postfix and Dovecot on loopback; as root.
.PHONY: journeys
journeys: all
	@prove --color --timer tests/journeys/*.t

.PHONY: asan
asan:
	$(MAKE) BUILD=build-asan OPTIMISE='-O1 -g' HARDENING=-fPIE SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer' all unit

.PHONY: clean
clean:
	rm -rf build build-*

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
