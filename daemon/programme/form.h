#pragma once
/* Forms: questions that people answer by mail (templates/<language>/forms/NAME.form), and a language's words around
 * them (templates/<language>/forms/phrases.txt). Files that volunteers edit, read strictly. Pure.
 *
 * A form has lines `Part: heading`, and of each question `name: kind`, behind which may stand, after commas,
 * `required`, `as ROLE` (what else the service does with the answer) and `shared under KEY` (a partner is told the
 * answer where that option of the question `as sharing` was chosen); then, indented, one `Label: the question`, and
 * `- key: words | other words` for each option. Lines that begin with '#' are remarks. */
#include <stdbool.h>

#include "base/error.h"
#include "base/memory.h"

enum form_kind {
    FORM_TEXT,      /* a free line */
    FORM_ONE_OF,    /* one option */
    FORM_SEVERAL,   /* options */
    FORM_RATING,    /* 1 to 5 */
    FORM_YES_NO,    /* "yes", "no" */
    FORM_AGREEMENT, /* "yes", or it isn't answered */
    FORM_COUNTRY,   /* ISO 3166-1 alpha-2 */
    FORM_LANGUAGES, /* "sv,en:good,fr:basic": ISO 639, with the level where it was told (basic, good, fluent) */
    FORM_ZONE,      /* an IANA name; follows from the form's country where that has but one */
    FORM_DATE,      /* "2027-02-01" */
};

/* What the service does with an answer besides keeping it; each at most once in a form. Country, languages and time
 * zone are known by their kinds. */
enum form_role {
    FORM_NO_ROLE,
    FORM_ROLE_NAME,    /* what the person is called: text */
    FORM_ROLE_AVOIDED, /* countries and people they must not be brought together with: text */
    FORM_ROLE_TRIO,    /* a group of three is welcome: yes or no */
    FORM_ROLE_LIVE,    /* the option "live": they want to talk, too: one of, several of */
    FORM_ROLE_RHYTHM,  /* how often they want to write: one of */
    FORM_ROLE_SHARING, /* what a partner may be told: several of */
};

enum { FORM_QUESTIONS_MAX = 60, FORM_OPTIONS_MAX = 20, FORM_LINE_BYTES_MAX = 400, FORM_LABEL_BYTES_MAX = 60 };

struct form_option {
    const char *key;
    const char *const *words;  /* the first is shown; ended by NULL */
    const char *const *folded; /* the same (base/fold.h) */
    int line;
};

struct form_question {
    const char *name;
    enum form_kind kind;
    bool required;
    enum form_role role;
    const char *shared_under; /* an option's key of the question as sharing; NULL: no partner is told */
    const char *part;         /* the heading above it; NULL where it is that of the question before, or there is none */
    const char *text;         /* "Country: In which country do you live?" */
    const char *label;        /* "Country" */
    const char *label_folded;
    const struct form_option *options;
    size_t option_count;
    int line;
};

/* What is said around questions. */
enum form_saying {
    FORM_SAY_OPTIONAL,
    FORM_SAY_ONE,
    FORM_SAY_SEVERAL,
    FORM_SAY_RATING,
    FORM_SAY_YES_NO,
    FORM_SAY_AGREEMENT,
    FORM_SAY_SO_FAR,
    FORM_SAY_NOTHING,
    FORM_SAY_YOUR_WORDS, /* in place of what somebody wrote freely, whom we don't know yet */
    FORM_SAY_OR,
    FORM_SAY_END,
    FORM_SAY_MISSING, /* from here on: enum form_doubt, in its order */
    FORM_SAY_NOT_UNDERSTOOD,
    FORM_SAY_DID_YOU_MEAN,
    FORM_SAY_ONLY_ONE,
    FORM_SAY_NO_SUCH_NUMBER,
    FORM_SAY_YES_NEEDED,
    FORM_SAY_WHICH_ZONE,
    FORM_SAY_TWO_ANSWERS,
    FORM_SAY_TOO_LONG,
    FORM_SAYINGS,
};

/* What people write. */
enum form_phrases {
    FORM_YES,
    FORM_NO,
    FORM_ALL,     /* yes to everything that wants agreement */
    FORM_SKIP,    /* no answer, and meant so */
    FORM_EVERY,   /* all of the options */
    FORM_NUMBERS, /* one, two, ... */
    FORM_AND,
    FORM_FILLER, /* says nothing beside an answer */
    FORM_BASIC,  /* levels of a language */
    FORM_GOOD,
    FORM_FLUENT,
    FORM_PHRASES,
};

/* A language's words. */
struct form_words {
    const char *language; /* BCP 47 */
    const char *says[FORM_SAYINGS];
    struct form_phrase_list {
        const char *shown;         /* the first, as written */
        const char *const *folded; /* base/fold.h */
        size_t count;
    } lists[FORM_PHRASES];
};

struct form {
    const char *file, *language;
    const struct form_words *words;
    const struct form_question *questions;
    size_t count;
};

/* A form in every language that it is there in, the reader's first; they agree (form_check_same). */
struct form_set {
    const struct form *const *forms;
    size_t count;
};

/* Reads LENGTH bytes of LANGUAGE's phrases.txt; whatever it lacks or has too much is added to PROBLEMS, and then the
 * result is NULL. Everything lives in ARENA. */
const struct form_words *form_words_read(const char *bytes, size_t length, const char *file, const char *language,
                                         struct arena *arena, struct error_list *problems);

/* Reads a form likewise. WORDS are of its language and live as long as it. */
const struct form *form_read(const char *bytes, size_t length, const char *file, const struct form_words *words,
                             struct arena *arena, struct error_list *problems);

/* Adds to PROBLEMS where FORM differs from ORIGINAL, the same in another language, in more than its words. */
bool form_check_same(const struct form *form, const struct form *original, struct error_list *problems);

/* The question called NAME; -1 where there is none. */
int form_find(const struct form *form, const char *name);

/* The same of a NAME that somebody typed: of one that there is not, *RET_PROBLEM is a sentence, in ARENA. */
int form_find_named(const struct form *form, const char *name, struct arena *arena, const char **ret_problem);

/* The question of that role, or the first of that kind; -1 where there is none. */
int form_find_role(const struct form *form, enum form_role role);
int form_find_kind(const struct form *form, enum form_kind kind);

/* "one of" */
const char *form_kind_name(enum form_kind kind);
