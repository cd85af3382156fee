#pragma once
/* What somebody answered to a form so far, as the database has it (store/applicants.h). */
#include "base/memory.h"
#include "programme/questionnaire.h"

/* Of each question of FORM; what JSON tells of others is passed over. In ARENA. */
struct form_answer *answer_sheet_read(const char *json, const struct form *form, struct arena *arena);

/* All of it; and the values alone, as an application has them: {"country": "SE", "hours": "few"}. In ARENA. */
const char *answer_sheet_write(const struct form *form, const struct form_answer *answers, struct arena *arena);
const char *answer_sheet_write_values(const struct form *form, const struct form_answer *answers, struct arena *arena);

/* The answers that such values are. */
struct form_answer *answer_sheet_read_values(const char *json, const struct form *form, struct arena *arena);

/* ANSWERS as they may be sent to an address that nobody has confirmed: what was written freely is not among them. */
struct form_answer *answer_sheet_mask(const struct form *form, const struct form_answer *answers, struct arena *arena);

/* The labels of the questions that are asked again, joined: "Country, Hours"; "" where there are none. */
const char *answer_sheet_unclear(const struct form *form, const struct form_answer *answers, struct arena *arena);
