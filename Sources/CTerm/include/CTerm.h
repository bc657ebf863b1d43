#ifndef ALLFRAME_TERM_H
#define ALLFRAME_TERM_H

#include <stdint.h>

/* The columns the C library gives a scalar in the current locale. */
int allframe_term_columns(uint32_t scalar);

#endif
