#pragma once
/* The post office that the configuration names: SMTP and IMAP, or a folder of Maildirs. */
#include "app/configuration/configuration.h"
#include "base/error.h"
#include "net/post_office.h"

/* The sending half; freed by its operation `free`. Fetches the secret where there is one. */
bool post_open_sender(const struct configuration *configuration, struct mail_sender **ret, struct error *error);

/* The receiving half; connects only when told to open. */
bool post_open_receiver(const struct configuration *configuration, struct mail_receiver **ret, struct error *error);
