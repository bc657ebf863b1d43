#define _GNU_SOURCE
#include "CPty.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#if defined(__APPLE__)
#include <util.h>
#else
#include <pty.h>
#include <utmp.h>
#endif

static void become(
    int slave, const char *program, char *const arguments[], char *const environment[]) {
  sigset_t none;
  /* Workers of the test runner block signals, and children inherit that. */
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
  if (login_tty(slave) == 0) execve(program, arguments, environment);
  _exit(127);
}

int allframe_pty_start(
    struct allframe_pty *pty, const char *program, char *const arguments[],
    char *const environment[], int columns, int rows) {
  struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
  if (openpty(&pty->master, &pty->slave, NULL, NULL, &size) != 0) return -1;
  if (tcgetattr(pty->slave, &pty->before) != 0) return -1;
  fcntl(pty->master, F_SETFD, FD_CLOEXEC);
  fcntl(pty->slave, F_SETFD, FD_CLOEXEC);
  /* Who types must not wait for a program that waits for its output to be read. */
  fcntl(pty->master, F_SETFL, O_NONBLOCK);
  pty->child = fork();
  if (pty->child == 0) become(pty->slave, program, arguments, environment);
  return pty->child > 0 ? 0 : -1;
}

int allframe_pty_resize(const struct allframe_pty *pty, int columns, int rows) {
  struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
  return ioctl(pty->master, TIOCSWINSZ, &size);
}
