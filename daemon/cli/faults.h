#pragma once
/* All that is wrong with a file that a person gave us. */
#include "base/error.h"

/* Every fault on stderr as "FILE:LINE: message", by line. Returns in how many lines they stand. */
size_t faults_print(struct error_list *faults);
