#pragma once
/* A proposal on paper: for people, as JSON, and as the CSV that can be given back. */
#include "app/proposal.h"

/* Each partnership, the weakest first, then who is left over, with the reasons. */
void match_show_print(const struct proposal *proposal, bool dry_run);
void match_show_json(const struct proposal *proposal);
void match_show_csv(const struct proposal *proposal);
