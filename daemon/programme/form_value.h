#pragma once
/* One answer: what somebody wrote for a question, read into a value that programs can use, and shown again as words.
 * Never guesses: what is not certain is unclear, with what may have been meant. Pure, but for the system's time zones.
 */
#include <stdint.h>

#include "programme/form.h"

enum form_state { FORM_EMPTY, FORM_CLEAR, FORM_UNCLEAR };

/* Why it is asked again; in the order of the sentences for it (form.h). */
enum form_doubt {
    FORM_MISSING,
    FORM_NOT_UNDERSTOOD,
    FORM_DID_YOU_MEAN,
    FORM_ONLY_ONE,
    FORM_NO_SUCH_NUMBER,
    FORM_YES_NEEDED,
    FORM_WHICH_ZONE,
    FORM_TWO_ANSWERS,
    FORM_TOO_LONG,
    FORM_DOUBTS,
};

enum {
    FORM_NEAR_MAX = 8,          /* zones of a country; */
    FORM_GUESSES_MAX = 3,       /* all else */
    FORM_SAID_BYTES_MAX = 4000, /* of what was written; more is too long */
    FORM_VALUE_BYTES_MAX = 1000,
    FORM_NAME_BYTES_MAX = 200, /* of what is as name: it goes into headers and subjects */
};

struct form_finding {
    enum form_state state;
    const char *value;               /* CLEAR: the option's key, "SE", "sv,en:good", "yes", ... */
    enum form_doubt doubt;           /* UNCLEAR */
    const char *near[FORM_NEAR_MAX]; /* UNCLEAR: values that may have been meant */
    size_t near_count;
};

struct form_context {
    const char *country; /* where the writer lives; NULL where that is not known */
    int64_t now;
    bool boxes; /* a web form's: yes is the text of a box that was ticked ("I agree to the code of conduct") */
};

/* What was WRITTEN, in any number of lines, answers to the QUESTIONth question. Everything lives in ARENA. */
void form_value_read(const struct form_set *forms, size_t question, const char *written,
                     const struct form_context *context, struct arena *arena, struct form_finding *ret);

/* VALUE in FORM's language. In ARENA. */
const char *form_value_show(const struct form *form, size_t question, const char *value, struct arena *arena);

/* FOLDED (base/fold.h) is nothing but phrases of LIST in a language of the set. */
bool form_value_says(const struct form_set *forms, enum form_phrases list, const char *folded);

/* Which option FOLDED is in the words of a language of the set; -1 for none. */
int form_value_option(const struct form_set *forms, size_t question, const char *folded);
