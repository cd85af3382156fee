#pragma once
/* What the manual pages and the completion say about commands and options, made from the tables so that they can't fall
 * behind. The pages' frame is in man/. */

void manual_print_commands(void);      /* for tandempost(1) */
void manual_print_configuration(void); /* for tandempost.conf(5) */
void manual_print_bash_completion(void);
