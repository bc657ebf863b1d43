#ifndef ALLFRAME_SYSTEM_H
#define ALLFRAME_SYSTEM_H

/* What Swift's C library module does not show, or shows in a way that Swift 6 refuses. */

#include <unistd.h>

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

#endif
