#pragma once
/* The steps of the sequence: from what stands in the file to programme/sequence.h's, and the standard sequence. */
#include "app/configuration/configuration_loading.h"
#include "base/memory.h"
#include "programme/sequence.h"

/* A step section's options as text, before they are understood together. */
struct step_settings {
    int to; /* enum step_recipient */
    const char *when, *at, *template_name, *asks, *expires;
    bool topics;
};

/* Makes a step of the section's title and settings; the round must have been read. False where a fault was told. */
bool configuration_step_make(struct configuration_loading *loading, const struct file_section *section,
                             const struct step_settings *settings, struct step *ret);

/* The sequence used where the file has no step. SEND_AT is the round's time of day. */
size_t configuration_step_standard(int64_t send_at, struct arena *arena, const struct step **ret);
