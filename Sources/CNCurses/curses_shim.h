#ifndef ALLFRAME_CURSES_SHIM_H
#define ALLFRAME_CURSES_SHIM_H

/* Before <curses.h>: it chooses the wide characters. */
#ifndef NCURSES_WIDECHAR
#define NCURSES_WIDECHAR 1
#endif

#include <curses.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <term.h>
#include <wchar.h>

/* What Swift 6 refuses to import: mutable globals, variadics and macros with casts. */

static inline WINDOW *allframe_screen(void) { return stdscr; }
static inline WINDOW *allframe_shown_screen(void) { return curscr; }
static inline int allframe_lines(void) { return LINES; }
static inline int allframe_columns(void) { return COLS; }
static inline int allframe_colours(void) { return COLORS; }

/* The most bytes of a character in the current locale. */
static inline int allframe_bytes_a_character(void) { return (int)MB_CUR_MAX; }

/* A screen for a type of terminal, null where its description is missing. */
static inline SCREEN *allframe_new_screen(const char *type) { return newterm(type, stdout, stdin); }

static inline attr_t allframe_bold(void) { return A_BOLD; }
static inline attr_t allframe_dim(void) { return A_DIM; }
static inline attr_t allframe_italic(void) { return A_ITALIC; }
static inline attr_t allframe_underline(void) { return A_UNDERLINE; }
static inline attr_t allframe_reverse(void) { return A_REVERSE; }

/* Writes one cell; the pair goes through the opts pointer, which has no limit of 256 pairs. */
static inline int allframe_put_cell(
    WINDOW *window, int y, int x, const wchar_t *text, attr_t attributes, int pair) {
  cchar_t cell;
  if (setcchar(&cell, text, attributes, 0, &pair) == ERR) return ERR;
  return mvwadd_wch(window, y, x, &cell);
}

#endif
