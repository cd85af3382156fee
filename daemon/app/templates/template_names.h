#pragma once
/* Which names the templates of each kind of message may use. The application sets every name that is not marked
 * optional (template_value_set_*) before it renders; docs, `template check` and help are made from the same tables. */
#include <stdbool.h>

#include "mail/template/template_check.h"
#include "programme/sequence.h"

enum message_kind {
    MESSAGE_TO_PARTICIPANT,         /* a step to one participant, outside any partnership */
    MESSAGE_TO_MEMBER,              /* a step to one member of a partnership */
    MESSAGE_ABOUT_LETTER,           /* "letter-...", "partner-away": about a letter that went through us */
    MESSAGE_UNCLEAR,                /* "check-in-unclear": an answer was not understood */
    MESSAGE_CONFIRMS,               /* "confirm-...": what a word to us did (programme/verb.h) */
    MESSAGE_TO_COORDINATOR_WAITING, /* "coordinator-waiting" */
    MESSAGE_TO_COORDINATOR_ALERT,   /* "coordinator-alert": something is wrong */
    MESSAGE_TO_COORDINATOR_CLEAR,   /* "coordinator-clear": it is well again */
    MESSAGE_TEST,                   /* "test" */
};

/*
 * name                    type    who sets it and how (* optional)
 *
 * every message
 *   programme.name        string
 *   programme.address     string
 *
 * MESSAGE_TO_PARTICIPANT, MESSAGE_TO_MEMBER, MESSAGE_UNCLEAR, MESSAGE_CONFIRMS (which may have no round)
 *   recipient.name, .first_name, .country, .language   strings; country and language named in the recipient's language
 *   round.name            string
 *   relay                 boolean letters go through us: Reply to an introduction reaches the partners
 *   help_address          string  where a person reads: iln+help@...
 *   pause_address*        string  the recipient's own u address: any mail to it pauses programme mail
 *   coordinator*          map     name, address: the recipient's coordinator
 *   confirmation*         map     what was understood of the recipient's last answer, told once in the next message
 *     .answer             string  the digit
 *     .well .slowly .silent .help   booleans: exactly one is true (answer 1, 2, 3, 4)
 *   start_date*, end_date*        strings, written out in the recipient's language; required for MESSAGE_TO_MEMBER
 *
 * MESSAGE_TO_MEMBER
 *   partners              list    the others: name, first_name, address, country, local_time ("Tuesday, 18:05")
 *   partner_names         string  "Ben Carter", "Ben Carter and Chen Li" (templates_join)
 *   partner_first_names   string  "Ben", "Ben and Chen"
 *   trio                  boolean two partners
 *   writes_first          boolean the recipient writes first
 *   first_writer.name, .first_name  strings
 *   partnership_address   string  the recipient's own p address, or the programme's address where there is none
 *   month*                string  "1", "2", ...: months since the partnership's start, in a monthly step
 *   topic*                map     title (string), body (Markdown): set by templates_render in a step with topics
 *
 * MESSAGE_ABOUT_LETTER    what MESSAGE_TO_MEMBER has, and
 *   away_first_name*      string  who is away
 *   away_until*           string  date, written out, where stated
 *   missed_first_names    string  whom the letter did not reach: "Ben", "Ben and Chen"
 *   reached_first_names*  string  whom it did reach, in a trio
 *   size_limit*           string  the largest letter that is passed on, "25 MB", where that is known
 *   letter_at*            string  when the letter came: date and time with zone
 *   letter_from*          string  the address that it came from, where that may be shown: a plain one
 *
 * MESSAGE_UNCLEAR
 *   partner_names*        string
 *
 * MESSAGE_CONFIRMS
 *   frozen                boolean nothing passes in the partnership that was reported
 *
 * coordinator kinds
 *   coordinator.name, coordinator.address   strings
 *   since                 string  date and time with zone
 * MESSAGE_TO_COORDINATOR_WAITING
 *   waiting               list    id (string, "tandempost inbox show ID"), sender_name*, reason, since
 *   waiting_count         string
 *   several               boolean more than one waits
 * MESSAGE_TO_COORDINATOR_ALERT, _CLEAR
 *   reason                string  the alert's reason, for a person
 *   alert_id              string
 *   partnership_id*       string
 *   participant_id*       string
 *   participant_name*     string
 *   until                 string  only CLEAR: since when it is well again
 *
 * MESSAGE_TEST
 *   sent_at               string  date and time with zone
 *   host                  string  the machine's name
 */

/* The names for KIND; with TOPICS also topic.*, which must then be shown; ASKS: the step asks a question. */
const struct template_schema *template_names_schema(enum message_kind kind, bool topics, bool asks);

/* The kind of a step's messages, and the names for it. */
enum message_kind template_names_step_kind(const struct step *step);
const struct template_schema *template_names_step_schema(const struct step *step);

/* The names that a topic's own text may use: a member's, without topic.*. */
const struct template_schema *template_names_topic(void);

/* Every name of every kind: what a piece on its own may use. */
const struct template_schema *template_names_any(void);

/* The kind that a fixed template name ("check-in-unclear", "coordinator-...", "test") has; false for steps' templates,
 * whose kind their step tells. */
bool template_names_fixed_kind(const char *template_name, enum message_kind *ret);
