#pragma once
/* The steps of the sequence: from what stands in the file to programme/sequence.h's, and the standard sequence. */
#include "app/configuration_file.h"
#include "base/error_list.h"
#include "base/memory.h"
#include "programme/sequence.h"

/* A step section's options as text, before they are understood together. */
struct step_settings {
    int to; /* enum step_recipient */
    const char *when, *at, *template_name, *asks, *expires;
    bool topics;
};

/* Makes a step of the section's title and settings; its faults go to ERRORS. SEND_AT is the round's time of day. */
bool configuration_step_make(const struct file_section *section, const struct step_settings *settings, int64_t send_at,
                             struct step *ret, struct error_list *errors);

/* The sequence used where the file has no step. */
size_t configuration_step_standard(int64_t send_at, struct arena *arena, const struct step **ret);
