#define _GNU_SOURCE
#include "CTerm.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

extern char **environ;

static int terminal = -1;
static int signal_pipe[2] = {-1, -1};
static int errors_before = -1, errors_kept = -1;
static struct termios first_modes;
static uint8_t farewell[512];
static size_t farewell_count;
static volatile sig_atomic_t is_held;
static uint8_t handler_stack[65536];

static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT, SIGSYS};
#define FATAL_COUNT (sizeof fatal / sizeof *fatal)
static struct sigaction fatal_before[FATAL_COUNT];
static const int polite[] = {SIGWINCH, SIGTSTP, SIGCONT, SIGTERM, SIGHUP, SIGINT, SIGQUIT};
#define POLITE_COUNT (sizeof polite / sizeof *polite)

static void put(int descriptor, const void *bytes, size_t count) {
  const uint8_t *at = bytes;
  while (count > 0) {
    ssize_t written = write(descriptor, at, count);
    if (written > 0) {
      at += written;
      count -= (size_t)written;
    } else if (errno != EINTR) {
      return;
    }
  }
}

void allframe_term_restore(void) {
  if (!is_held) return;
  is_held = 0;
  put(terminal, farewell, farewell_count);
  tcsetattr(terminal, TCSANOW, &first_modes);
  allframe_term_release_errors();
}

static void on_polite(int signal) {
  int before = errno;
  uint8_t byte = (uint8_t)signal;
  /* A full pipe drops it; the loop wakes all the same. */
  (void)!write(signal_pipe[1], &byte, 1);
  errno = before;
}

/* Of several threads that die at once the first gives the terminal back; the others wait for the end. */
static void wait_if_another_dies(void) {
  static atomic_flag is_dying = ATOMIC_FLAG_INIT;
  static _Atomic(pthread_t) dying;
  if (!atomic_flag_test_and_set(&is_dying)) {
    atomic_store(&dying, pthread_self());
  } else if (!pthread_equal(atomic_load(&dying), pthread_self())) {
    for (;;) pause();
  }
}

static void on_fatal(int signal, siginfo_t *info, void *context) {
  (void)context;
  wait_if_another_dies();
  allframe_term_restore();
  for (size_t i = 0; i < FATAL_COUNT; i++)
    if (fatal[i] == signal) sigaction(signal, &fatal_before[i], NULL);
  /* A fault of the processor comes again by itself and meets the former handler; what was sent by
     abort or kill has to be sent once more. */
  if (info->si_code <= 0) {
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, signal);
    raise(signal);
    sigprocmask(SIG_UNBLOCK, &only, NULL);
  }
}

static int close_on_exec(int descriptor, int flags) {
  return fcntl(descriptor, F_SETFD, FD_CLOEXEC) | fcntl(descriptor, F_SETFL, flags);
}

int allframe_term_begin(int descriptor) {
  if (tcgetattr(descriptor, &first_modes) != 0) return -1;
  terminal = descriptor;
  if (signal_pipe[0] >= 0) return signal_pipe[0];
  if (pipe(signal_pipe) != 0) return -1;
  close_on_exec(signal_pipe[0], O_NONBLOCK);
  close_on_exec(signal_pipe[1], O_NONBLOCK);
  return signal_pipe[0];
}

void allframe_term_set_farewell(const uint8_t *bytes, size_t count) {
  farewell_count = count < sizeof farewell ? count : sizeof farewell;
  memcpy(farewell, bytes, farewell_count);
}

void allframe_term_hold(int held) { is_held = held; }

static void take_fatal(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  sigemptyset(&action.sa_mask);
  action.sa_sigaction = on_fatal;
  /* On a stack of its own: the usual one may be what overflowed. */
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  for (size_t i = 0; i < FATAL_COUNT; i++) sigaction(fatal[i], &action, &fatal_before[i]);
}

static void take_polite(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  sigemptyset(&action.sa_mask);
  action.sa_handler = on_polite;
  action.sa_flags = SA_RESTART;
  for (size_t i = 0; i < POLITE_COUNT; i++) {
    struct sigaction before;
    /* nohup wants hangups ignored. */
    if (polite[i] == SIGHUP && sigaction(SIGHUP, NULL, &before) == 0 &&
        before.sa_handler == SIG_IGN)
      continue;
    sigaction(polite[i], &action, NULL);
  }
}

void allframe_term_take_signals(void) {
  static int is_done;
  if (is_done) return;
  is_done = 1;
  stack_t stack = {.ss_sp = handler_stack, .ss_size = sizeof handler_stack};
  stack_t before;
  if (sigaltstack(NULL, &before) == 0 && (before.ss_flags & SS_DISABLE)) sigaltstack(&stack, NULL);
  take_fatal();
  take_polite();
  signal(SIGPIPE, SIG_IGN);
  atexit(allframe_term_restore);
}

void allframe_term_make_raw(void) {
  struct termios modes = first_modes;
  cfmakeraw(&modes);
  modes.c_cc[VMIN] = 1;
  modes.c_cc[VTIME] = 0;
  /* At once: output that Ctrl-S has stopped meanwhile would never drain, and goes on with this. */
  tcsetattr(terminal, TCSANOW, &modes);
}

void allframe_term_make_cooked(void) {
  /* From now on a typed Ctrl-C makes the line forget output that the terminal has not taken yet, and a line
     without wires does not tell whether it has: what gives the screen back gets a moment. Curses may have been
     faster, so that raw comes first. */
  struct timespec moment = {.tv_nsec = 15 * 1000 * 1000};
  allframe_term_make_raw();
  nanosleep(&moment, NULL);
  tcsetattr(terminal, TCSADRAIN, &first_modes);
}

static int memory_file(void) {
#if defined(__linux__)
  return memfd_create("errors", MFD_CLOEXEC);
#else
  char name[] = "/tmp/allframe-errors.XXXXXX";
  int file = mkstemp(name);
  if (file >= 0) {
    unlink(name);
    fcntl(file, F_SETFD, FD_CLOEXEC);
  }
  return file;
#endif
}

void allframe_term_keep_errors(void) {
  if (errors_before >= 0 || !isatty(2)) return;
  errors_kept = memory_file();
  if (errors_kept < 0) return;
  fcntl(errors_kept, F_SETFL, O_APPEND);
  errors_before = fcntl(2, F_DUPFD_CLOEXEC, 10);
  if (errors_before >= 0) dup2(errors_kept, 2);
}

void allframe_term_release_errors(void) {
  if (errors_before < 0) return;
  int to = errors_before, from = errors_kept;
  errors_before = -1;
  dup2(to, 2);
  char bytes[4096];
  ssize_t count;
  off_t at = 0;
  while ((count = pread(from, bytes, sizeof bytes, at)) > 0) {
    put(to, bytes, (size_t)count);
    at += count;
  }
  close(to);
  close(from);
}

void allframe_term_stop(void) {
  struct sigaction standard, mine;
  sigset_t only, before;
  memset(&standard, 0, sizeof standard);
  sigemptyset(&standard.sa_mask);
  standard.sa_handler = SIG_DFL;
  sigaction(SIGTSTP, &standard, &mine);
  /* The whole job, as a shell in front of it expects. */
  kill(0, SIGTSTP);
  sigemptyset(&only);
  sigaddset(&only, SIGTSTP);
  sigprocmask(SIG_UNBLOCK, &only, &before);
  sigprocmask(SIG_SETMASK, &before, NULL);
  sigaction(SIGTSTP, &mine, NULL);
}

static int spawn(char *const arguments[], pid_t *child) {
  posix_spawnattr_t attributes;
  sigset_t none, standard;
  sigemptyset(&none);
  sigemptyset(&standard);
  for (size_t i = 0; i < POLITE_COUNT; i++) sigaddset(&standard, polite[i]);
  sigaddset(&standard, SIGPIPE);
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &standard);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  int failure = posix_spawnp(child, arguments[0], NULL, &attributes, arguments, environ);
  posix_spawnattr_destroy(&attributes);
  return failure;
}

int allframe_term_run(char *const arguments[]) {
  pid_t child;
  int status;
  if (spawn(arguments, &child) != 0) return -1;
  for (;;) {
    pid_t found = waitpid(child, &status, WUNTRACED);
    if (found < 0 && errno == EINTR) continue;
    if (found < 0) return -1;
    if (!WIFSTOPPED(status)) break;
    allframe_term_stop();
    kill(child, SIGCONT);
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int allframe_term_columns(uint32_t scalar) { return wcwidth((wchar_t)scalar); }

void allframe_term_keep_memory_small(void) {
#ifdef __GLIBC__
  mallopt(M_ARENA_MAX, 2);
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
  mallopt(M_TRIM_THRESHOLD, 2 << 20);
#endif
}

void allframe_term_give_memory_back(void) {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}
