#pragma once
/* Sections outgoing and incoming: where the servers are and how to log in there, or which Maildir stands in. */
#include "app/configuration/configuration_loading.h"

/* Into the configuration's struct; faults go to the loading's errors. */
void configuration_server_read_outgoing(struct configuration_loading *loading);
void configuration_server_read_incoming(struct configuration_loading *loading);
