#include "cli/faults.h"

#include <stdio.h>

#include "base/memory.h"
#include "base/text.h"

size_t faults_print(struct error_list *faults) {
    size_t lines = 0;
    error_list_sort(faults);
    fflush(stdout);
    for (size_t i = 0; i < faults->count; i++) {
        auto_string line = error_list_format(&faults->entries[i]);
        auto_text printable = TEXT_EMPTY;
        text_append_printable(&printable, line);
        fprintf(stderr, "%s\n", text_string(&printable));
        lines += i == 0 || faults->entries[i].line != faults->entries[i - 1].line;
    }
    return lines;
}
