#pragma once
/* What a coordinator need only know: what replies have brought about, and what others have dealt with. It makes no mail
 * of its own, but stands in their next digest, which goes out on Monday at the latest. */
#include <jansson.h>

#include "app/service.h"

/* ENTRY, which it takes, is one of those that the template coordinator-done has as "said". Of very many the newest are
 * kept. */
bool mention_add(struct service *service, const char *coordinator, json_t *entry, struct error *error);

/* An array; to be freed. */
bool mention_list(struct service *service, const char *coordinator, json_t **ret, struct error *error);

/* They stand in a digest now. */
bool mention_clear(struct service *service, const char *coordinator, struct error *error);
