#ifndef ALLFRAME_PTY_H
#define ALLFRAME_PTY_H

#include <sys/types.h>
#include <termios.h>

/* A program in a terminal of its own. */
struct allframe_pty {
  pid_t child;
  /* Our side, and the program's side, which tells of its modes. */
  int master;
  int slave;
  /* How the terminal was before the program. */
  struct termios before;
};

/* Starts a program in a new terminal, as leader of its session; 0, or -1. */
int allframe_pty_start(
    struct allframe_pty *pty, const char *program, char *const arguments[],
    char *const environment[], int columns, int rows);

/* Gives the terminal another size and tells the program. */
int allframe_pty_resize(const struct allframe_pty *pty, int columns, int rows);

#endif
