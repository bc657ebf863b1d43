#define _GNU_SOURCE
#include "CTerm.h"

#include <wchar.h>

int allframe_term_columns(uint32_t scalar) { return wcwidth((wchar_t)scalar); }
