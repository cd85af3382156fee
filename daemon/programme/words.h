#pragma once
/* A language's words.txt: what people write to us in it. Lines of `Name: phrase, phrase`; the names are those of
 * answers (question.h; 1 to 4 are the check-in's), the verbs (verb.h), "REPORT?" (PHRASE_PERHAPS), JOIN, Polite and
 * Greeting. An indented line goes on with the one above, a line that begins with '#' is a remark. Pure. */
#include "base/error.h"
#include "base/memory.h"
#include "programme/phrase.h"

/* Reads LENGTH bytes, strictly: unknown or repeated names, phrases that could never be found, and phrases that would
 * mean two things are faults. All of them are added to PROBLEMS; then the result is NULL. Everything lives in ARENA. */
const struct phrase_book *words_read(const char *bytes, size_t length, const char *file, struct arena *arena,
                                     struct error_list *problems);

/* The name of the N-th thing for which a book has no phrases, from 0; NULL where there are no more. */
const char *words_lacking(const struct phrase_book *book, size_t n);
