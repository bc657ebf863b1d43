#ifndef ALLFRAME_DISK_H
#define ALLFRAME_DISK_H

/* What Swift's C library module does not show. */

#include <unistd.h>

#if defined(__linux__)
extern int syncfs(int descriptor);
#endif

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
