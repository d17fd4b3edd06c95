# Tongban: build, run, test, bench. `make run` and `make test` are the two commands of the README.
#
# VARIANT=release (default) | debug | asan | tsan | clang picks flags and the folder under build/.

VARIANT ?= release
OUT := build/$(VARIANT)
GEN := build/gen
CC := $(if $(filter clang,$(VARIANT)),clang,gcc)
PKGS := libmicrohttpd sqlite3 libsodium jansson expat libpq libcrypto libarchive xlsxwriter zlib libcurl icu-i18n icu-uc cairo cairo-ft cairo-pdf freetype2 harfbuzz harfbuzz-subset

WARN := -Wall -Wextra -Wshadow -Wvla -Wmissing-prototypes -Wwrite-strings -Wformat=2 -Wno-format-nonliteral -Werror
CFLAGS_release := -O2 -g
CFLAGS_debug := -O1 -g -DTB_DEBUG
CFLAGS_asan := -O1 -g -DTB_DEBUG -Wno-format-truncation -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
CFLAGS_tsan := -O1 -g -DTB_DEBUG -fsanitize=thread
CFLAGS_clang := -O1 -g
CFLAGS := -std=c17 -D_GNU_SOURCE -Isrc -I$(GEN) -include src/base/banned.h $(WARN) $(CFLAGS_$(VARIANT))
LIBS = $(shell pkg-config --libs $(PKGS)) -lbidgcc000 -lmagic -lm -lpthread
INCS = $(shell pkg-config --cflags $(PKGS) p11-kit-1)
LDFLAGS := -rdynamic $(filter -fsanitize%,$(CFLAGS_$(VARIANT)))

SRC := $(wildcard src/*/*.c)
OBJ := $(SRC:src/%.c=$(OUT)/%.o) $(patsubst src/%.c,$(OUT)/%.o,$(filter-out src/main.c,$(wildcard src/*.c)))
SQL := $(wildcard src/*/*.sql)
SCHEMA := $(wildcard src/*/schema/*.sql)
SQLH := $(foreach f,$(SQL),$(GEN)/$(dir $(f:src/%=%))$(notdir $(f:.sql=.sql.h)))
ERRS := $(wildcard src/*/errors.txt)
UNIT := $(wildcard tests/unit/test_*.c)
UNIT_BIN := $(UNIT:tests/unit/%.c=$(OUT)/unit/%)
BENCH_BIN := $(patsubst bench/%.c,$(OUT)/bench/%,$(wildcard bench/*_bench.c))

.PHONY: pictures invariants checked test-old-browsers tidy clang units suites all deps check run test unit work flow flow-long page api browser fault fuzz bench asan tsan clean format sizes web types check-web
.SECONDARY:

all: $(OUT)/tongban

# --- what the machine lacks --------------------------------------------------------------------
deps:
	@sh tools/deps.sh

# --- generated: SQL queries as C, embedded files -------------------------------------------------
$(GEN)/%.sql.h: src/%.sql tools/sqlgen.py
	@mkdir -p $(dir $@)
	@python3 tools/sqlgen.py $< $@

$(GEN)/errors.txt: $(ERRS)
	@mkdir -p $(GEN)
	@cat $(ERRS) > $@

$(GEN)/schema.sql: $(SCHEMA) tools/schemagen.py
	@mkdir -p $(GEN)
	@python3 tools/schemagen.py $(SCHEMA) > $@

# Everything under build/web, modules/ and data/ that the program carries. Of the pages index.html speaks
# for all: each build writes it, and the names of the others change with their contents.
$(GEN)/embed.S: tools/embed.py $(GEN)/errors.txt $(GEN)/schema.sql $(wildcard modules/*/*) $(wildcard data/*) $(wildcard build/web/index.html)
	@python3 tools/embed.py $@

$(GEN)/embed-bare.S: tools/embed.py $(GEN)/errors.txt $(GEN)/schema.sql $(wildcard modules/*/*) $(wildcard data/*)
	@python3 tools/embed.py $@ without-pages

$(OUT)/embed.o $(OUT)/embed-bare.o: $(OUT)/%.o: $(GEN)/%.S
	@mkdir -p $(OUT)
	@$(CC) -c -o $@ $<

$(OUT)/%.o: src/%.c | $(SQLH)
	@mkdir -p $(dir $@)
	@echo CC $<
	@$(CC) $(CFLAGS) $(INCS) -MMD -MP -c -o $@ $<

$(OUT)/tongban: $(OBJ) $(OUT)/main.o $(OUT)/embed.o
	@echo LD $@
	@$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

# Linked first, without the pages: the pages' types come from what it says of itself.
$(OUT)/tongban-bare: $(OBJ) $(OUT)/main.o $(OUT)/embed-bare.o
	@echo LD $@
	@$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

# The same program with the invariants of FLOW §4 looked at after every command of a flow, for `make test`.
CHECKED_OBJ := $(filter-out $(OUT)/flow/flow_apply.o,$(OBJ)) $(OUT)/checked/flow_apply.o
CHECKED_UNIT := $(patsubst tests/unit/%.c,$(OUT)/checked/%,$(wildcard tests/unit/test_flow*.c))

$(OUT)/checked/flow_apply.o: src/flow/flow_apply.c | $(SQLH)
	@mkdir -p $(dir $@)
	@echo CC $< with invariants
	@$(CC) $(CFLAGS) -DTB_DEBUG $(INCS) -MMD -MP -c -o $@ $<

$(OUT)/checked/tongban: $(CHECKED_OBJ) $(OUT)/main.o $(OUT)/embed.o
	@echo LD $@
	@$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

$(OUT)/checked/test_%: tests/unit/test_%.c $(CHECKED_OBJ) $(OUT)/embed.o
	@mkdir -p $(dir $@)
	@echo LD $@
	@$(CC) $(CFLAGS) $(INCS) -Itests/unit $(LDFLAGS) -o $@ $^ $(LIBS) -lcmocka

$(OUT)/unit/%: tests/unit/%.c $(OBJ) $(OUT)/embed.o
	@mkdir -p $(dir $@)
	@echo LD $@
	@$(CC) $(CFLAGS) $(INCS) -Itests/unit $(LDFLAGS) -o $@ $^ $(LIBS) -lcmocka

$(OUT)/bench/%: bench/%.c bench/bench.c $(OBJ) $(OUT)/embed.o | bench/bench.h
	@mkdir -p $(dir $@)
	@echo LD $@
	@$(CC) $(CFLAGS) $(INCS) -Ibench $(LDFLAGS) -o $@ $^ $(LIBS)

-include $(shell find $(OUT) -name '*.d' 2>/dev/null)

# --- the pages: npm packages once, the types of the interface, then the build into build/web when a
# source is newer. The OpenAPI document is written anew only when it differs, so that a change in C
# that leaves the interface alone does not build the pages again.
WEBSRC := $(shell find web -type f -not -path 'web/node_modules/*' -not -name '*.test.ts' -not -name schema.d.ts 2>/dev/null)

web: build/web/index.html

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	cd web && npm ci --no-audit --no-fund
	@touch $@

build/openapi.json: $(OUT)/tongban-bare
	@$< openapi > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

web/api/schema.d.ts: build/openapi.json web/node_modules/.package-lock.json
	@echo TYPES $@
	@cd web && npm run --silent types >/dev/null
	@touch $@

build/web/index.html: $(WEBSRC) web/api/schema.d.ts web/node_modules/.package-lock.json
	cd web && npm run --silent build

types: web/api/schema.d.ts

check-web: web
	cd web && npm run --silent check && npm run --silent test

# --- the house rules ---------------------------------------------------------------------------
check:
	@python3 tools/house.py

# --- suites --------------------------------------------------------------------------------------
unit: $(UNIT_BIN)
	@python3 tools/suite.py unit $(UNIT_BIN)

# Work per page and act at 200,000 received matters against 2,000; make unit compares with 50,000.
work: $(OUT)/unit/test_work
	@WORK_MATTERS=200000 $<

# A viewer of OFD files that is not ours, for one browser test: 35 MB once, most of it its own pictures.
tests/browser/ofdjs/node_modules/.package-lock.json: tests/browser/ofdjs/package.json tests/browser/ofdjs/package-lock.json
	cd tests/browser/ofdjs && npm ci --no-audit --no-fund --ignore-scripts
	@touch $@
browser suites: tests/browser/ofdjs/node_modules/.package-lock.json
browser: $(OUT)/unit/test_ofd

# make api WORDS="pgsql login" runs part of it
flow page api browser fault: all
	@python3 tools/suite.py $@ $(WORDS)

# The unit tests of the engine and the API tests that move flows, on the program with invariants.
invariants: checked
	@python3 tools/suite.py invariants $(CHECKED_UNIT)
checked: $(OUT)/checked/tongban $(CHECKED_UNIT)

# The oldest kernels the pages are built for, Chromium 78 and 88, from npm packages of some 45 MB each.
# Not part of `make test`.
tests/browser/old/node_modules/.package-lock.json: tests/browser/old/package.json tests/browser/old/package-lock.json
	cd tests/browser/old && npm ci --no-audit --no-fund
	@touch $@
test-old-browsers: all tests/browser/old/node_modules/.package-lock.json
	@python3 tools/suite.py old_browsers

# Installs first, then builds with what was installed, then runs every suite.
test:
	@sh tools/deps.sh test
	@$(MAKE) --no-print-directory -j2 web
	@$(MAKE) --no-print-directory -j2 all units checked
	@$(MAKE) --no-print-directory check
	@$(MAKE) --no-print-directory suites
units: $(UNIT_BIN)
suites: $(UNIT_BIN)
	@python3 tools/suite.py all $(UNIT_BIN)

# Makes the demo city on first start and serves it.
RUN_DATA ?= demo-data/city
RUN_DEMO ?= city
run:
	@sh tools/deps.sh
	@$(MAKE) --no-print-directory -j2 web
	@$(MAKE) --no-print-directory -j2 all
	@test -f $(RUN_DATA)/tongban.conf || (mkdir -p $(dir $(RUN_DATA)) && $(OUT)/tongban init --data $(RUN_DATA) --demo $(RUN_DEMO))
	@$(OUT)/tongban serve --data $(RUN_DATA) --listen 127.0.0.1:8080

# make fuzz FUZZ=flow FUZZ_SECONDS=60 (flow, feel, json, csv, text, module, tailor, zip, ofd, ses, word) with the sanitizers; seeds stand beside the target.
FUZZ ?= flow
FUZZ_SECONDS ?= 30
FUZZ_SEEDS = $(wildcard tests/fuzz/$(FUZZ)/*) $(if $(filter flow,$(FUZZ)),$(wildcard tests/flow/models/*) $(wildcard modules/*/flow.bpmn)) $(if $(filter module,$(FUZZ)),$(wildcard modules/*/module.json))
$(OUT)/fuzz/%: tests/fuzz/fuzz_%.c tests/fuzz/fuzz_main.c $(OBJ) $(OUT)/embed.o
	@mkdir -p $(dir $@)
	@echo LD $@
	@$(CC) $(CFLAGS) $(INCS) $(LDFLAGS) -o $@ $^ $(LIBS)
fuzz:
	@$(MAKE) --no-print-directory VARIANT=asan build/asan/fuzz/$(FUZZ)
	@build/asan/fuzz/$(FUZZ) $(FUZZ_SECONDS) $(FUZZ_SEEDS)

# The property of FLOW §4 over 10^5 rewinds, and FEEL beside another implementation at length.
flow-long: all $(OUT)/unit/test_flow_rewind
	@TB_FLOW_REWINDS=100000 $(OUT)/unit/test_flow_rewind
	@TB_FEEL_RANDOM=100000 node --test tests/flow/feel_random.test.mjs

# The sanitizers over unit and API tests on SQLite, each in a variant of its own.
asan tsan:
	@$(MAKE) --no-print-directory VARIANT=$@ build/$@/tongban units
	@VARIANT=$@ python3 tools/suite.py unit $(UNIT:tests/unit/%.c=build/$@/unit/%)
	@VARIANT=$@ python3 tools/suite.py api sqlite $(WORDS)

# The README's pictures anew, by the story's test.
pictures: all
	@tools/pictures.sh

# One JSON object a line (DESIGN §9). growth and search run at 500,000 received matters, BENCH=full:
# 5 million (26 GB under build/load, some fifteen minutes to fill once).
bench: $(OUT)/tongban $(BENCH_BIN)
	@for b in $(BENCH_BIN); do $$b || exit 1; done

format:
	clang-format -i $$(git ls-files 'src/*.c' 'src/*.h' 'tests/*.c' 'tests/*.h' 'bench/*.c')

# make tidy, or TIDY="src/core/door.c …"; .clang-tidy says what it asks.
TIDY ?= $(sort $(SRC) $(wildcard src/*.c))
tidy: $(SQLH)
	@printf '%s\n' $(TIDY) | xargs -P 2 -I{} clang-tidy --quiet {} -- $(CFLAGS) $(INCS)

# The other compiler, with the same warnings as errors.
clang:
	@$(MAKE) --no-print-directory VARIANT=clang build/clang/tongban units

sizes:
	@python3 tools/sizes.py

clean:
	rm -rf build
