#pragma once
/* What partners are told of each other's answers to a form: only what each agreed to share. An answer is a value as in
 * programme/form_value.h; arrays go by question, NULL where there is none. Pure. */
#include "programme/form.h"

/* ANSWERS, but only those that a partner may be told: of questions shared under an option that the person chose, and
 * how often they want to write. "Something else", the option with the key "other", is not worth telling. In ARENA. */
const char *const *sharing_of(const struct form *form, const char *const *answers, struct arena *arena);

/* They chose the option KEY of the question with that role. */
bool sharing_chose(const struct form *form, const char *const *answers, enum form_role role, const char *key);

/* What COUNT people have in common in QUESTION, of what each of them shares: options, but not "other"; languages in
 * which all can write. NULL where there is nothing. In ARENA. */
const char *sharing_common(const struct form *form, size_t question, const char *const *const *shared, size_t count,
                           struct arena *arena);

/* VALUE says no more than COMMON (may be NULL). */
bool sharing_is_in(const char *value, const char *common);
