#pragma once
/* Text for people, broken between words. */
#include <stddef.h>
#include <stdio.h>

/* Prints TEXT, made printable, and a newline. The caller has filled the line up to COLUMN; further lines begin there.
 * WIDTH is the terminal's; with 0 only the text's own newlines break lines. CODE (a table_tone_code) stands around
 * each line. */
void wrap_print(FILE *file, const char *text, size_t column, size_t width, const char *code);
