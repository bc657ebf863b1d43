#ifndef ALLFRAME_TERM_H
#define ALLFRAME_TERM_H

#include <stddef.h>
#include <stdint.h>

/* Giving the terminal back whatever happens. Everything that signal handlers touch is here, because
   nothing of Swift may run in them. */

/* Keeps the modes of the terminal and makes the pipe through which signals arrive, one byte each.
   Gives its read end, or -1. */
int allframe_term_begin(int terminal);

/* What is sent to the terminal to give it back. */
void allframe_term_set_farewell(const uint8_t *bytes, size_t count);

/* Takes over signals, and the end of the process. Before ncurses: it only replaces defaults. */
void allframe_term_take_signals(void);

/* Whether the terminal is ours and has to be given back. */
void allframe_term_hold(int is_held);

/* No echo, no line editing, no signals from keys. */
void allframe_term_make_raw(void);

/* The modes that the terminal had at the beginning. */
void allframe_term_make_cooked(void);

/* Sends standard error to memory, and back with all that was kept. */
void allframe_term_keep_errors(void);
void allframe_term_release_errors(void);

/* Gives the terminal back; may run in a signal handler, and more than once. */
void allframe_term_restore(void);

/* Stops the whole job as the terminal's own suspend key would; returns when it goes on. */
void allframe_term_stop(void);

/* Runs a program that is found along PATH in the foreground, and stops with it. Gives its exit
   status, 128 and the signal, or -1 when it cannot be started. */
int allframe_term_run(char *const arguments[]);

/* The columns that the C library gives a scalar in the current locale. */
int allframe_term_columns(uint32_t scalar);

/* Has the C library give memory back that is let go, instead of keeping it for each thread. */
void allframe_term_keep_memory_small(void);

/* Gives back what was let go; takes a few milliseconds, for which others may wait. */
void allframe_term_give_memory_back(void);

#endif
