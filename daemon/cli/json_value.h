#pragma once
/* Values for the JSON of commands that show one thing with parts. */
#include <jansson.h>
#include <stdint.h>

json_t *json_value_text(const char *text);        /* NULL: null; bytes that are not UTF-8 are made printable */
json_t *json_value_moment(int64_t moment);        /* "2026-11-23T14:41:00Z"; 0: null */
json_t *json_value_id(int64_t id_or_zero);        /* 0: null */
int json_value_print(json_t *object);             /* on one line of stdout; frees it; returns EXIT_DONE */
void json_value_print_line(const json_t *object); /* the same without freeing; nothing in it harms a terminal */
