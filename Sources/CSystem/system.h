#ifndef ALLFRAME_SYSTEM_H
#define ALLFRAME_SYSTEM_H

/* What Swift's C library module does not show, or shows in a way that Swift 6 refuses. */

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/syscall.h>
#endif

extern char **environ;

#if defined(__linux__)
extern int syncfs(int descriptor);
#endif

/* The environment that a child is to inherit. */
static inline char **allframe_environment(void) { return environ; }

/* Waits until everything written to the disk of the open file is safe from a power failure. */
static inline int allframe_sync_disk(int descriptor) {
#if defined(__linux__)
  return syncfs(descriptor);
#else
  sync();
  return fsync(descriptor);
#endif
}

static pthread_key_t allframe_spare_stack = 0;
static pthread_once_t allframe_spare_stack_once = PTHREAD_ONCE_INIT;

static inline void allframe_drop_spare_stack(void *bytes) {
  stack_t none = {.ss_flags = SS_DISABLE};
  sigaltstack(&none, NULL);
  free(bytes);
}

static inline void allframe_make_spare_stack_key(void) {
  pthread_key_create(&allframe_spare_stack, allframe_drop_spare_stack);
}

/* Gives the thread a second stack for the handlers of signals, until it ends, unless it has one: what
   kills a program may be that the usual stack is full. */
static inline void allframe_take_spare_stack(void) {
  stack_t before, stack = {.ss_size = 65536};
  if (sigaltstack(NULL, &before) != 0 || !(before.ss_flags & SS_DISABLE)) return;
  if (pthread_once(&allframe_spare_stack_once, allframe_make_spare_stack_key) != 0) return;
  stack.ss_sp = malloc(stack.ss_size);
  if (stack.ss_sp == NULL) return;
  if (sigaltstack(&stack, NULL) != 0 || pthread_setspecific(allframe_spare_stack, stack.ss_sp) != 0)
    allframe_drop_spare_stack(stack.ss_sp);
}

/* Lets the other threads go first from now on, where the system can tell threads apart; the first thread of
   the process stays as it is. */
static inline void allframe_step_back(void) {
#if defined(__linux__)
  pid_t self = (pid_t)syscall(SYS_gettid);
  if (self != getpid()) setpriority(PRIO_PROCESS, (id_t)self, 10);
#endif
}

#endif
