#pragma once
/* People whose application is not confirmed; at most one for each address and round. ADDRESS_KEY is the folded address.
 *
 * What they answered so far is a JSON object by the questions' names: {"country": {"value": "SE"}, "zone": {"value":
 * "Europe/Stockholm", "derived": true}, "sector": {"doubt": "only one", "asked": 1, "near": ["public", "school"]}}. A
 * value is that of programme/form_value.h; "doubt" says why it is asked again, "near" what may have been meant, "asked"
 * how often it was asked again, "derived" that it followed from the country. */
#include "base/memory.h"
#include "base/model.h"
#include "store/database.h"
#include "store/events.h"

DATABASE_LIST(applicant_list, struct applicant);

/* Adds APPLICANT (its id is ignored), or writes it over the one of its address and round, whose id it gets. */
bool applicants_put(struct database *database, const struct applicant *applicant, const char *address_key,
                    const struct event_cause *cause, int64_t *ret_id, struct error *error);

bool applicants_find(struct database *database, int64_t id, struct arena *arena, struct applicant *ret,
                     struct error *error);

/* Of one address, by id. */
bool applicants_list_of_address(struct database *database, const char *address_key, struct arena *arena,
                                struct applicant_list *ret, struct error *error);

/* Of a round by id, at most LIMIT after the one with the id AFTER. */
bool applicants_list(struct database *database, int64_t round, int64_t after, size_t limit, struct arena *arena,
                     struct applicant_list *ret, struct error *error);

/* At most LIMIT to whom we last wrote at or before ASKED_BY and sent no reminder; of whom EXPIRED_BY is at or after the
 * moment when they expire. */
bool applicants_list_to_remind(struct database *database, int64_t asked_by, size_t limit, struct arena *arena,
                               struct applicant_list *ret, struct error *error);
bool applicants_list_expired(struct database *database, int64_t expired_by, size_t limit, struct arena *arena,
                             struct applicant_list *ret, struct error *error);

bool applicants_set_reminded(struct database *database, int64_t id, int64_t moment, struct error *error);

/* Removes the applicant and what is queued for them. What was sent is PARTICIPANT's from now on; 0: nobody's, and the
 * address in it is emptied. */
bool applicants_remove(struct database *database, int64_t id, int64_t participant, const struct event_cause *cause,
                       struct error *error);
