#pragma once
/* Taking people on: from what a coordinator, a spreadsheet or a web form says about a person to a participant, or an
 * applicant, that the programme can write to. */
#include "app/configuration/configuration.h"
#include "app/csv_table.h"
#include "base/memory.h"
#include "base/model.h"
#include "programme/questionnaire.h"

struct enrolment_typed {
    const char *name, *address, *country, *language, *time_zone; /* NULL or "" where not given */
};

/* Checks and completes one person. LANGUAGE may be left out (then it is the programme's), TIME_ZONE where the country
 * has but one. Every fault is told through ERRORS under FILE and LINE. ret->id and ret->created_at are 0. */
bool enrolment_read(const struct enrolment_typed *typed, const struct programme_settings *programme, const char *file,
                    int line, struct arena *arena, struct participant *ret, struct error_list *errors);

/* ---- A table of people, as a spreadsheet or a web form gives it ---- */

/* Its columns are known by their headings (folded): what COLUMNS says of them, else the questions of the application
 * form by their labels, words or names in any language, else what name, address, country, language and time zone are
 * usually called. */
struct enrolment_sheet {
    const char *path; /* only for messages */
    const struct csv_table *table;
    const struct form_set *forms; /* of applications */
    const struct programme_settings *programme;
    const struct column_settings *columns;
    size_t column_count;
    int64_t now;

    int *meanings;        /* of each column; set by enrolment_find_columns, */
    const char *language; /* and this: to whoever has none in a column of its own is written in that of the headings */
};

/* That each of COLUMNS is a question of FORM; all that is not is told by file and line. */
bool enrolment_check_columns(const struct column_settings *columns, size_t count, const struct form *form,
                             struct error_list *problems);

/* Finds what each column means. False with all that is wrong in ERRORS: there must be a column with addresses and, with
 * WHOLE, names and countries. In ARENA. */
bool enrolment_find_columns(struct enrolment_sheet *sheet, bool whole, struct arena *arena, struct error_list *errors);

/* The headings of columns that mean nothing here. In ARENA. */
const char *const *enrolment_ignored(const struct enrolment_sheet *sheet, struct arena *arena, size_t *ret_count);

/* The fault of a row whose address stands on that line already. */
#define ENROLMENT_TWIN "address: It stands on line %d already."

/* Of each row, where the same address stands before it: the how manieth row that is, from 1; 0: nowhere. In ARENA. */
const size_t *enrolment_find_twins(const struct enrolment_sheet *sheet, struct arena *arena);

struct enrolment_row {
    int line;
    struct participant participant; /* address and language; with WHOLE all of it */
    char *key;                      /* the folded address */
    struct form_answer *answers;
    size_t clear, unclear, open; /* answers; open: questions that are to be asked */
    enum applicant_state state;  /* what is to be asked: all (much is open), some, or just whether it is right */
};

/* Reads the NUMBERth row; what is clear and what isn't is in its answers. False with every fault in ERRORS: an address,
 * or a language, that can't be used; with WHOLE also a name, country or time zone that is not clear. In ARENA. */
bool enrolment_read_row(const struct enrolment_sheet *sheet, size_t number, bool whole, struct arena *arena,
                        struct enrolment_row *ret, struct error_list *errors);

struct enrolment_list {
    struct enrolment_row *rows;
    size_t count;
};

/* All of it at once, whole: columns, rows, and nobody twice. */
bool enrolment_read_table(struct enrolment_sheet *sheet, struct arena *arena, struct enrolment_list *ret,
                          struct error_list *errors);
