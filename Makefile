# `make run` starts the program, `make test` runs every test; each installs what it needs and asks nothing.
PREFIX ?= /usr/local
BINARY := .build/release/allframe
STATIC_LIBRARIES := .build/static-libraries
RELEASE := -c release --static-swift-stdlib -Xswiftc -L$(CURDIR)/$(STATIC_LIBRARIES)

.PHONY: run build test test-infra unit lint format install bench load fuzz monkey end-to-end clean
.DEFAULT_GOAL := build

run: build
	@$(BINARY) ignite $(ARGS)

build: prerequisites-run static-libraries
	@swift build $(RELEASE) --product allframe

# A folder that holds the static libyaml and ncurses alone, first on the linker's path: the binary then
# needs no shared ones where it is copied to.
static-libraries:
	@mkdir -p $(STATIC_LIBRARIES)
	@for name in libyaml.a libncursesw.a libtinfo.a; do \
	  library=$$(cc -print-file-name=$$name); \
	  if [ -f "$$library" ]; then ln -sf "$$library" $(STATIC_LIBRARIES)/$$name; fi; \
	done

test: prerequisites-test lint unit build
	@scripts/binary.sh $(BINARY)
	@FUZZ_SEED=1 scripts/fuzz.sh 10
	@scripts/infra.sh $(BINARY) quick
	@scripts/end-to-end.sh $(BINARY)

# What is generated for clouds, applied to simulated ones: minutes.
test-infra: prerequisites-test build
	@scripts/infra.sh $(BINARY) full

unit:
	@swift test --quiet

end-to-end: prerequisites-test build
	@scripts/end-to-end.sh $(BINARY)

lint:
	@swift format lint --strict --recursive Package.swift Sources Tests Plugins Benchmarks

format:
	@swift format --in-place --recursive Package.swift Sources Tests Plugins Benchmarks

install: build
	@install -d $(DESTDIR)$(PREFIX)/bin
	@install -m 755 $(BINARY) $(DESTDIR)$(PREFIX)/bin/allframe
	@strip $(DESTDIR)$(PREFIX)/bin/allframe 2>/dev/null || true

bench: prerequisites-bench build
	@Benchmarks/run.sh $(BINARY)

load: prerequisites-bench build
	@Benchmarks/load/load.sh $(BINARY)

fuzz: prerequisites-test
	@scripts/fuzz.sh $(or $(SECONDS_EACH),600)

monkey: prerequisites-test
	@export MONKEY_SEED=$(or $(SEED),$$(date +%s)); echo "seed $$MONKEY_SEED"; \
	MONKEY_EVENTS=$(or $(EVENTS),1000000) MONKEY_TERMINAL_EVENTS=$(or $(TERMINAL_EVENTS),100000) \
	  swift test --filter MonkeyTests

prerequisites-%:
	@scripts/prerequisites.sh $*

clean:
	@rm -rf .build
