#include "app/templates/template_names.h"

#include "base/text.h"
#include "programme/question.h"
#include "programme/verb.h"

#define END                                                                                                            \
    { 0 }

static const struct template_name programme_members[] = {
    {.name = "name", .about = "the programme's name"},
    {.name = "address", .about = "the programme's mail address"},
    END,
};

static const struct template_name person_members[] = {
    {.name = "name", .about = "the whole name"},
    {.name = "first_name", .about = "the first word of the name"},
    END,
};

static const struct template_name coordinator_members[] = {
    {.name = "name", .about = "the coordinator's name"},
    {.name = "address", .about = "the coordinator's mail address"},
    END,
};

static const struct template_name recipient_members[] = {
    {.name = "name", .about = "the recipient's whole name"},
    {.name = "first_name", .about = "the first word of the recipient's name"},
    {.name = "country", .about = "the recipient's country, named in the recipient's language"},
    {.name = "language", .about = "the recipient's language, named in itself"},
    {.name = "rhythm", .optional = true, .about = "how often the recipient wants to write, in a partnership"},
    END,
};

static const struct template_name fact_members[] = {
    {.name = "label", .about = "what the application form calls it"},
    {.name = "value", .about = "the answer, in the recipient's language"},
    END,
};

static const struct template_name partner_members[] = {
    {.name = "name", .about = "the partner's whole name"},
    {.name = "first_name", .about = "the first word of the partner's name"},
    {.name = "address", .optional = true, .about = "the partner's mail address, where letters don't go through us"},
    {.name = "country", .about = "the partner's country, named in the recipient's language"},
    {.name = "local_time",
     .optional = true,
     .about = "day and time now where the partner lives, where that may be told"},
    {.name = "facts",
     .type = TEMPLATE_LIST,
     .members = fact_members,
     .about = "what the partner agreed to share and is not in common"},
    {.name = "rhythm", .optional = true, .about = "how often the partner wants to write"},
    END,
};

static const struct template_name their_hours_members[] = {
    {.name = "first_name", .about = "whose clock it is"},
    {.name = "from", .about = "since when that day, by this partner's clock"},
    {.name = "until", .about = "until when, by this partner's clock"},
    {.name = "day_before", .type = TEMPLATE_BOOLEAN, .about = "for this partner it is still the day before"},
    {.name = "day_after", .type = TEMPLATE_BOOLEAN, .about = "for this partner it is the next day already"},
    END,
};

static const struct template_name hours_members[] = {
    {.name = "from", .about = "since when all are awake, by the recipient's clock"},
    {.name = "until", .about = "until when, by the recipient's clock"},
    {.name = "another", .type = TEMPLATE_BOOLEAN, .about = "not the first of that day"},
    {.name = "theirs",
     .type = TEMPLATE_LIST,
     .members = their_hours_members,
     .about = "the same by the clocks of the partners who agreed to share it"},
    END,
};

static const struct template_name phase_members[] = {
    {.name = "since", .optional = true, .about = "since which day it is so; none for the first"},
    {.name = "hours", .type = TEMPLATE_LIST, .members = hours_members, .about = "when all are awake; none: never"},
    END,
};

static const struct template_name live_members[] = {
    {.name = "day_begins", .about = "from what time on people are taken to be awake"},
    {.name = "day_ends", .about = "until what time"},
    {.name = "ever", .type = TEMPLATE_BOOLEAN, .about = "there are hours when all are awake"},
    {.name = "phases",
     .type = TEMPLATE_LIST,
     .members = phase_members,
     .about = "those hours, anew for each time that clocks change"},
    END,
};

static const struct template_name round_members[] = {
    {.name = "name", .about = "the round's name"},
    END,
};

static const struct template_name topic_members[] = {
    {.name = "title", .about = "the discussion topic's title"},
    {.name = "body", .type = TEMPLATE_MARKDOWN, .about = "the discussion topic's text; three braces"},
    END,
};

static const struct template_name confirmation_members[] = {
    {.name = "answer", .about = "the digit that was understood"},
    {.name = "well", .type = TEMPLATE_BOOLEAN, .about = "the answer was 1"},
    {.name = "slowly", .type = TEMPLATE_BOOLEAN, .about = "the answer was 2"},
    {.name = "silent", .type = TEMPLATE_BOOLEAN, .about = "the answer was 3"},
    {.name = "help", .type = TEMPLATE_BOOLEAN, .about = "the answer was 4"},
    {.name = "stop", .type = TEMPLATE_BOOLEAN, .about = "the answer was 5"},
    {.name = "goes_on", .type = TEMPLATE_BOOLEAN, .about = "after the round: to go on writing"},
    {.name = "next_round", .type = TEMPLATE_BOOLEAN, .about = "after the round: the next one"},
    {.name = "both", .type = TEMPLATE_BOOLEAN, .about = "after the round: both"},
    {.name = "neither", .type = TEMPLATE_BOOLEAN, .about = "after the round: neither"},
    END,
};

static const struct template_name going_on_members[] = {
    {.name = "name", .about = "the partner's whole name"},
    {.name = "first_name", .about = "the first word of the partner's name"},
    {.name = "address", .about = "the partner's own mail address"},
    END,
};

static const struct template_name undone_members[] = {
    {.name = "answer", .type = TEMPLATE_BOOLEAN, .about = "the last answer to a question"},
    {.name = "pause", .type = TEMPLATE_BOOLEAN, .about = "a pause, or its new end"},
    {.name = "start", .type = TEMPLATE_BOOLEAN, .about = "the end of a pause"},
    {.name = "language", .type = TEMPLATE_BOOLEAN, .about = "a change of the language"},
    END,
};

static const struct template_name word_members[] = {
    {.name = "line", .about = "the word, and what it does"},
    END,
};

static const struct template_name own_partnership_members[] = {
    {.name = "partner_names", .about = "the others' names, joined"},
    {.name = "start_date", .about = "the partnership's first day"},
    {.name = "end_date", .about = "the partnership's last day"},
    {.name = "last_yours", .optional = true, .about = "when the recipient last wrote a letter that we know of"},
    {.name = "last_theirs", .optional = true, .about = "when a partner last did"},
    END,
};

static const struct template_name next_members[] = {
    {.name = "introduction", .type = TEMPLATE_BOOLEAN, .about = "a partner is introduced"},
    {.name = "topic", .type = TEMPLATE_BOOLEAN, .about = "a topic for letters"},
    {.name = "question", .type = TEMPLATE_BOOLEAN, .about = "we ask how it is going"},
    {.name = "other", .type = TEMPLATE_BOOLEAN, .about = "something else"},
    END,
};

const char *const template_names_letter_cases[] = {"both", "yours", "theirs", "none", "unknown", NULL};

#define LETTERS(when)                                                                                                  \
    {                                                                                                                  \
        {.name = "both", .type = TEMPLATE_BOOLEAN, .about = when ", the recipient wrote, and so did a partner"},       \
            {.name = "yours", .type = TEMPLATE_BOOLEAN, .about = when ", only the recipient wrote"},                   \
            {.name = "theirs", .type = TEMPLATE_BOOLEAN, .about = when ", only a partner wrote"},                      \
            {.name = "none", .type = TEMPLATE_BOOLEAN, .about = when ", nobody wrote through us"},                     \
            {.name = "unknown",                                                                                        \
             .type = TEMPLATE_BOOLEAN,                                                                                 \
             .about = when ", we saw no letter, but they don't go through us"},                                        \
            END                                                                                                        \
    }

const char *const template_names_partings[] = {"rematch", "leave", "stay", "another", "no_more", "ended", NULL};

static const struct template_name parting_members[] = {
    {.name = "rematch", .type = TEMPLATE_BOOLEAN, .about = "it is over, and the recipient is in line for another one"},
    {.name = "leave", .type = TEMPLATE_BOOLEAN, .about = "it is over, and the recipient takes part no more"},
    {.name = "stay", .type = TEMPLATE_BOOLEAN, .about = "the recipient leaves all as it is"},
    {.name = "another", .type = TEMPLATE_BOOLEAN, .about = "it was over, and the recipient is in line for another one"},
    {.name = "no_more", .type = TEMPLATE_BOOLEAN, .about = "it was over, and the recipient rests in this round"},
    {.name = "ended", .type = TEMPLATE_BOOLEAN, .about = "it is over, and the recipient is in no line"},
    END,
};

static const struct template_name letters_members[] = LETTERS("since the start");
static const struct template_name lately_members[] = LETTERS("in the last 30 days");

static const struct template_name silence_members[] = {
    {.name = "case_id", .about = "the case's number"},
    {.name = "reason", .about = "what is known, in a sentence"},
    END,
};

#define PAIR_NAMES                                                                                                     \
    {.name = "pair_names", .optional = true, .about = "who could be partners, with their countries"},                  \
        {.name = "pair_languages", .optional = true, .about = "the languages that both write"}, {                      \
        .name = "pair_facts", .type = TEMPLATE_LIST, .members = fact_members, .about = "what both of them chose"       \
    }

static const struct template_name waiting_item_members[] = {
    PAIR_NAMES,
    {.name = "name", .optional = true, .about = "whom it is about, where that is known"},
    {.name = "since", .about = "when it came"},
    {.name = "case_id", .about = "the case's number, with which a reply begins"},
    {.name = "left",
     .type = TEMPLATE_BOOLEAN,
     .about = "it was told at once, and nobody has done anything about it for three days"},
    {.name = "absent_name", .optional = true, .about = "whose absence brings it to this coordinator"},
    {.name = "absent_until", .optional = true, .about = "until when, about"},
    {.name = "wrote",
     .type = TEMPLATE_MARKDOWN,
     .optional = true,
     .about = "what somebody wrote to the programme; never of letters or reports; three braces"},
    END,
};

static const struct template_name week_members[] = {
    {.name = "good", .about = "how many partnerships are doing well"},
    {.name = "slow", .about = "write slowly"},
    {.name = "quiet", .about = "are quiet"},
    {.name = "unknown", .about = "of how many we don't know"},
    {.name = "new", .about = "have just begun"},
    {.name = "stopped", .about = "rest"},
    {.name = "letters", .about = "how many letters were seen in these seven days"},
    {.name = "answers", .about = "how many of our questions were answered"},
    {.name = "surveys", .about = "how many surveys were answered"},
    {.name = "history", .about = "how many letters were seen in each of the last weeks, the newest last"},
    {.name = "back", .type = TEMPLATE_LIST, .about = "pairs that were silent and write again, by first names"},
    {.name = "most_names", .optional = true, .about = "who wrote most letters, if many"},
    {.name = "most_letters", .optional = true, .about = "how many"},
    END,
};

static const struct template_name waiting_members[] = {
    {.name = "reason", .about = "why a person must look"},
    {.name = "steps", .type = TEMPLATE_LIST, .about = "what to do about it"},
    {.name = "items", .type = TEMPLATE_LIST, .members = waiting_item_members, .about = "what waits for this reason"},
    END,
};

static const struct template_name said_members[] = {
    {.name = "case_id", .optional = true, .about = "the case's number"},
    {.name = "what", .optional = true, .about = "what the case is, in a few words"},
    {.name = "name", .optional = true, .about = "whom it is about"},
    {.name = "reason", .about = "what was done, or why it was not"},
    {.name = "asked", .type = TEMPLATE_BOOLEAN, .about = "it is done only when YES comes back"},
    {.name = "refused", .type = TEMPLATE_BOOLEAN, .about = "it was not done"},
    {.name = "closed_by", .optional = true, .about = "who had closed the case"},
    {.name = "closed_at", .optional = true, .about = "when that was"},
    END,
};

#define MOMENT_NAMES                                                                                                   \
    {.name = "when", .about = "day and time when it begins, where the recipient lives"}, {                             \
        .name = "ends", .about = "the time when it ends there"                                                         \
    }

static const struct template_name time_members[] = {
    {.name = "digit", .about = "what to reply"},
    MOMENT_NAMES,
    END,
};

static const struct template_name talk_members[] = {
    {.name = "times", .type = TEMPLATE_LIST, .members = time_members, .about = "half hours at which all are awake"},
    END,
};

static const struct template_name event_members[] = {
    {.name = "title", .optional = true, .about = "the event's title; nothing where partners talk"},
    {.name = "partners", .optional = true, .about = "where partners talk: their first names"},
    {.name = "url", .optional = true, .about = "where it takes place, where that is known"},
    {.name = "changed", .type = TEMPLATE_BOOLEAN, .about = "the recipient was invited before, and something changed"},
    {.name = "day", .type = TEMPLATE_BOOLEAN, .about = "it begins in a day or less"},
    {.name = "hour", .type = TEMPLATE_BOOLEAN, .about = "it begins within hours"},
    MOMENT_NAMES,
    END,
};

#define EVENT_NAMES                                                                                                    \
    { .name = "event", .type = TEMPLATE_MAP, .members = event_members, .about = "what to come to" }

#define EVERY_MESSAGE                                                                                                  \
    { .name = "programme", .type = TEMPLATE_MAP, .members = programme_members }

#define EVERY_PARTICIPANT                                                                                              \
    EVERY_MESSAGE, {.name = "recipient", .type = TEMPLATE_MAP, .members = recipient_members},                          \
        {.name = "round", .type = TEMPLATE_MAP, .members = round_members},                                             \
        {.name = "first_mail",                                                                                         \
         .type = TEMPLATE_BOOLEAN,                                                                                     \
         .about = "the recipient has had no mail of this round before"},                                               \
        {.name = "relay",                                                                                              \
         .type = TEMPLATE_BOOLEAN,                                                                                     \
         .about = "letters go through the programme: Reply to an introduction reaches the partners"},                  \
        {.name = "help_address", .about = "where a person reads"},                                                     \
        {.name = "pause_address",                                                                                      \
         .personal = true,                                                                                             \
         .optional = true,                                                                                             \
         .about = "any mail to it pauses the programme's mail; none where sub-addresses don't arrive"},                \
        {.name = "coordinator",                                                                                        \
         .type = TEMPLATE_MAP,                                                                                         \
         .members = coordinator_members,                                                                               \
         .optional = true,                                                                                             \
         .about = "the recipient's coordinator"},                                                                      \
    {                                                                                                                  \
        .name = "confirmation", .type = TEMPLATE_MAP, .members = confirmation_members, .optional = true,               \
        .about = "what was understood of the last answer; told once"                                                   \
    }

#define EVERY_MEMBER                                                                                                   \
    EVERY_PARTICIPANT, {.name = "start_date", .about = "the partnership's first day"},                                 \
        {.name = "end_date", .about = "the partnership's last day"},                                                   \
        {.name = "partners", .type = TEMPLATE_LIST, .members = partner_members, .about = "the others, one or two"},    \
        {.name = "partner_names", .about = "the others' names, joined"},                                               \
        {.name = "partner_first_names", .about = "the others' first names, joined"},                                   \
        {.name = "trio", .type = TEMPLATE_BOOLEAN, .about = "three people, not two"},                                  \
        {.name = "writes_first", .type = TEMPLATE_BOOLEAN, .about = "the recipient writes first"},                     \
        {.name = "first_writer", .type = TEMPLATE_MAP, .members = person_members, .about = "who writes first"},        \
        {.name = "letters", .type = TEMPLATE_MAP, .members = letters_members},                                         \
        {.name = "lately", .type = TEMPLATE_MAP, .members = lately_members},                                           \
        {.name = "common",                                                                                             \
         .type = TEMPLATE_LIST,                                                                                        \
         .members = fact_members,                                                                                      \
         .about = "what all have in common, of what they share"},                                                      \
        {.name = "in_common", .type = TEMPLATE_BOOLEAN, .about = "they have something in common"},                     \
        {.name = "same_rhythm", .optional = true, .about = "how often to write, where all said the same"},             \
        {.name = "rhythms", .type = TEMPLATE_BOOLEAN, .about = "they said different ones, or not all did"},            \
        {.name = "live",                                                                                               \
         .type = TEMPLATE_MAP,                                                                                         \
         .members = live_members,                                                                                      \
         .optional = true,                                                                                             \
         .about = "all want to talk live, too"},                                                                       \
        {.name = "talk",                                                                                               \
         .type = TEMPLATE_MAP,                                                                                         \
         .members = talk_members,                                                                                      \
         .optional = true,                                                                                             \
         .about = "a month's check-in proposes times to talk live, which all want"},                                   \
        {.name = "asks", .type = TEMPLATE_BOOLEAN, .about = "the message puts a question"},                            \
        {.name = "letter_count",                                                                                       \
         .optional = true,                                                                                             \
         .about = "letters of all together that went through us or were copied to us; nothing where not all wrote"},   \
        {.name = "month_count", .optional = true, .about = "whole months since the start, from two on"},               \
        {.name = "topic_count", .optional = true, .about = "topics that the recipient got, from two on"},              \
        {.name = "partnership_address", .about = "to be kept in Cc when partners write"}, {                            \
        .name = "month", .optional = true, .about = "months since the start, in a monthly step"                        \
    }

#define FORM_NAMES                                                                                                     \
    {                                                                                                                  \
        .name = "form", .type = TEMPLATE_MARKDOWN,                                                                     \
        .about = "the survey's questions, or what was understood; three braces"                                        \
    }

#define NEXT_NAMES                                                                                                     \
    {                                                                                                                  \
        .name = "going_on", .type = TEMPLATE_LIST, .members = going_on_members,                                        \
        .about = "partners who want to go on writing, where the recipient does, too"                                   \
    }

#define SINCE                                                                                                          \
    { .name = "since", .about = "since when" }

#define EVERY_COORDINATOR                                                                                              \
    EVERY_MESSAGE, {.name = "coordinator", .type = TEMPLATE_MAP, .members = coordinator_members}, SINCE

#define ALERT_NAMES                                                                                                    \
    {.name = "reason", .about = "what is the matter"},                                                                 \
        {.name = "what", .about = "the same in a few words, for the subject"},                                         \
        {.name = "first_names", .optional = true, .about = "whom it is about, for the subject"},                       \
        {.name = "steps", .type = TEMPLATE_LIST, .about = "what to do about it"},                                      \
        {.name = "inbox_id", .optional = true, .about = "the number of the mail that waits, for `tandempost inbox`"},  \
        {.name = "case_id", .about = "the case's number"},                                                             \
        {.name = "wrote",                                                                                              \
         .type = TEMPLATE_MARKDOWN,                                                                                    \
         .optional = true,                                                                                             \
         .about = "what somebody wrote to the programme; never of letters or reports; three braces"},                  \
        {.name = "offers", .type = TEMPLATE_LIST, .about = "what may be replied"},                                     \
        {.name = "partnership_id", .optional = true, .about = "the partnership's number"},                             \
        {.name = "participant_id", .optional = true, .about = "the participant's number"},                             \
        {.name = "participant_name", .optional = true, .about = "the participant's name"},                             \
        {.name = "absent_name", .optional = true, .about = "whose absence brings it to this coordinator"},             \
        {.name = "absent_until", .optional = true, .about = "until when, about"},                                      \
        {.name = "report", .type = TEMPLATE_BOOLEAN, .about = "a report of misconduct, which ends with a decision"},   \
        {.name = "reporter_name", .optional = true, .about = "who reported, where that is known"},                     \
        {.name = "reported_partners", .optional = true, .about = "the others in the partnership that was reported"},   \
        PAIR_NAMES

#define LETTER_NAMES                                                                                                   \
    {.name = "away_first_name", .optional = true, .about = "who is away"},                                             \
        {.name = "away_until", .optional = true, .about = "until when, where that is known"},                          \
        {.name = "missed_first_names", .about = "the first names of whom the letter did not reach"},                   \
        {.name = "reached_first_names", .optional = true, .about = "the first names of whom it did reach, in a trio"}, \
        {.name = "size_limit",                                                                                         \
         .optional = true,                                                                                             \
         .about = "the largest letter that is passed on, where that is known"},                                        \
        {.name = "letter_at", .optional = true, .about = "when the letter came"}, {                                    \
        .name = "letter_from", .optional = true, .about = "the address that it came from"                              \
    }

#define PARTING_NAMES                                                                                                  \
    {.name = "parting", .type = TEMPLATE_MAP, .members = parting_members},                                             \
        {.name = "left_name", .optional = true, .about = "who left a trio that goes on"},                              \
        {.name = "left_first_name", .optional = true, .about = "the same, by the first name"}, {                       \
        .name = "coordinator_words", .optional = true, .about = "what a coordinator writes"                            \
    }

#define TOPIC_NAMES                                                                                                    \
    { .name = "topic", .type = TEMPLATE_MAP, .members = topic_members, .about = "this month's discussion topic" }

#define WAITING_NAMES                                                                                                  \
    {.name = "waiting", .type = TEMPLATE_LIST, .members = waiting_members, .about = "what waits, by reason"},          \
        {.name = "remarks",                                                                                            \
         .type = TEMPLATE_LIST,                                                                                        \
         .members = waiting_item_members,                                                                              \
         .about = "what was written beside answers: to be read, nothing to decide"},                                   \
        {.name = "some_remarks", .type = TEMPLATE_BOOLEAN, .about = "there are some"},                                 \
        {.name = "silences",                                                                                           \
         .type = TEMPLATE_LIST,                                                                                        \
         .members = silence_members,                                                                                   \
         .about = "who has been silent for a while: to be read, nothing to decide yet"},                               \
        {.name = "some_silences", .type = TEMPLATE_BOOLEAN, .about = "there are some"},                                \
        {.name = "said",                                                                                               \
         .type = TEMPLATE_LIST,                                                                                        \
         .members = said_members,                                                                                      \
         .about = "what replies have brought about, and what others have dealt with"},                                 \
        {.name = "some_said", .type = TEMPLATE_BOOLEAN, .about = "there is something of that"},                        \
        {.name = "something_to_read", .type = TEMPLATE_BOOLEAN, .about = "it tells of anything at all"},               \
        {.name = "waiting_count", .optional = true, .about = "how much waits; nothing where there are only remarks"},  \
        {.name = "more_count", .optional = true, .about = "how much of it is not in the list"},                        \
        {.name = "week",                                                                                               \
         .type = TEMPLATE_MAP,                                                                                         \
         .optional = true,                                                                                             \
         .members = week_members,                                                                                      \
         .about = "on Mondays, and where nothing was told for a month: numbers, and what went well"},                  \
        {.name = "replies", .optional = true, .about = "the first number to which there is something to reply"},       \
        {.name = "others_count", .about = "how much waits besides the first"},                                         \
        {.name = "first", .optional = true, .about = "what is grave and comes first, in a few words"}, {               \
        .name = "several", .type = TEMPLATE_BOOLEAN, .about = "more than one waits"                                    \
    }

#define FROZEN                                                                                                         \
    { .name = "frozen", .type = TEMPLATE_BOOLEAN, .about = "nothing passes in the partnership that was reported" }

#define PAUSED                                                                                                         \
    {.name = "paused", .type = TEMPLATE_BOOLEAN, .about = "nothing is sent to the recipient for the time being"}, {    \
        .name = "paused_until", .optional = true, .about = "the day on which that ends by itself"                      \
    }

#define SAID                                                                                                           \
    {.name = "argument", .optional = true, .about = "what the word to us was said with: the new address"},             \
        {.name = "languages", .about = "the languages in which the programme writes, joined"},                         \
        {.name = "undone",                                                                                             \
         .type = TEMPLATE_MAP,                                                                                         \
         .members = undone_members,                                                                                    \
         .optional = true,                                                                                             \
         .about = "what was taken back"},                                                                              \
    {                                                                                                                  \
        .name = "words", .type = TEMPLATE_LIST, .members = word_members, .about = "all that can be written to us"      \
    }

#define STATUS_NAMES                                                                                                   \
    {.name = "own_partnerships",                                                                                       \
     .type = TEMPLATE_LIST,                                                                                            \
     .members = own_partnership_members,                                                                               \
     .about = "the recipient's that go on"},                                                                           \
        {.name = "waits", .type = TEMPLATE_BOOLEAN, .about = "the recipient takes part, and has no partner yet"},      \
        {.name = "next_date", .optional = true, .about = "when we write next, as far as that is planned"}, {           \
        .name = "next", .type = TEMPLATE_MAP, .members = next_members, .about = "what that is"                         \
    }

#define ROUND_DATES                                                                                                    \
    {.name = "closes_at",                                                                                              \
     .optional = true,                                                                                                 \
     .about = "when sign-up for the round ends, in the programme's time zone; nothing once it has"},                   \
        {.name = "round_starts", .optional = true, .about = "the day from which partners are introduced"}, {           \
        .name = "next_round", .type = TEMPLATE_BOOLEAN,                                                                \
        .about = "it is too late for the round: first in line for the next"                                            \
    }

#define APPLICANT_NAMES                                                                                                \
    {.name = "round", .type = TEMPLATE_MAP, .members = round_members}, {                                               \
        .name = "help_address", .about = "where a person reads"                                                        \
    }

#define APPLICATION_NAMES                                                                                              \
    {.name = "form",                                                                                                   \
     .type = TEMPLATE_MARKDOWN,                                                                                        \
     .about = "the questions that are to be answered, or the answers that are to be confirmed; three braces"},         \
        {.name = "summary", .type = TEMPLATE_BOOLEAN, .about = "the form shows answers: one word confirms them"},      \
        {.name = "first_name",                                                                                         \
         .optional = true,                                                                                             \
         .about = "of somebody who took part before; nobody else's, as anybody may write anybody's address"},          \
        {.name = "confirm_by", .about = "the last day on which it can be confirmed"}, {                                \
        .name = "known_name", .optional = true,                                                                        \
        .about = "whose address it is already, where the application has quite another name"                           \
    }

#define PLACE_NAMES                                                                                                    \
    {.name = "country_full",                                                                                           \
     .type = TEMPLATE_BOOLEAN,                                                                                         \
     .about = "there is no place for one more from the recipient's country"},                                          \
    {                                                                                                                  \
        .name = "moved_up", .type = TEMPLATE_BOOLEAN, .about = "the recipient waited, and a place has become free"     \
    }

#define CLEAR_NAMES                                                                                                    \
    {.name = "until", .about = "since when it is well again"}, {                                                       \
        .name = "closed_by", .optional = true, .about = "who has dealt with it; nobody where it ended by itself"       \
    }

#define DONE_NAMES                                                                                                     \
    {.name = "said", .type = TEMPLATE_LIST, .members = said_members, .about = "each thing that the reply said"},       \
        {.name = "one", .optional = true, .about = "the only case, in a few words, for the subject"},                  \
        {.name = "asks_back", .type = TEMPLATE_BOOLEAN, .about = "something is done only when YES comes back"},        \
        {.name = "some_refused", .type = TEMPLATE_BOOLEAN, .about = "something was not done"},                         \
        {.name = "offers", .type = TEMPLATE_LIST, .about = "what may be replied about the only case"}, {               \
        .name = "several", .type = TEMPLATE_BOOLEAN, .about = "the reply said several things"                          \
    }

#define ANSWER_NAMES                                                                                                   \
    {.name = "answer", .type = TEMPLATE_MARKDOWN, .about = "the coordinator's words; three braces"},                   \
        {.name = "first_name", .optional = true, .about = "whom it answers, where that is a participant"}, {           \
        .name = "coordinator", .type = TEMPLATE_MAP, .members = coordinator_members                                    \
    }

#define TEST_NAMES                                                                                                     \
    {.name = "sent_at", .about = "when it was made"}, {                                                                \
        .name = "host", .about = "the machine's name"                                                                  \
    }

static const struct template_name held_application_members[] = {
    {.name = "round", .about = "the round's name"},
    {.name = "state", .about = "applied, accepted, matched, waiting or withdrawn"},
    {.name = "applied_at", .optional = true, .about = "when it was confirmed"},
    {.name = "accepted_at", .optional = true, .about = "when it was accepted"},
    {.name = "consent", .optional = true, .about = "what was agreed to, as it stood then"},
    {.name = "consented_at", .optional = true, .about = "when"},
    {.name = "answers", .type = TEMPLATE_LIST, .members = fact_members, .optional = true, .about = "the answers"},
    END,
};

static const struct template_name held_partnership_members[] = {
    {.name = "partnership", .about = "its number"},
    {.name = "round", .about = "the round's name"},
    {.name = "state", .about = "planned, active, held, frozen, ended or dissolved"},
    {.name = "started_at", .optional = true, .about = "its first day"},
    {.name = "ends_at", .optional = true, .about = "its last day, as planned"},
    {.name = "closed_at", .optional = true, .about = "when it was over"},
    END,
};

static const struct template_name held_contact_members[] = {
    {.name = "seen_at", .about = "on which day"},
    {.name = "partnership", .about = "in which partnership"},
    {.name = "channel", .about = "how it was seen: relay, cc, check-in, coordinator"},
    END,
};

static const struct template_name held_answer_members[] = {
    {.name = "answered_at", .about = "on which day"},
    {.name = "partnership", .optional = true, .about = "in which partnership"},
    {.name = "question", .about = "the question's name"},
    {.name = "answer", .about = "the digit"},
    END,
};

static const struct template_name held_survey_members[] = {
    {.name = "answered_at", .about = "on which day"},
    {.name = "survey", .about = "the survey's name"},
    {.name = "question", .about = "the question's name"},
    {.name = "answer", .optional = true, .about = "what was chosen or written"},
    END,
};

static const struct template_name held_meeting_members[] = {
    {.name = "starts_at", .about = "on which day it begins"},
    {.name = "title", .optional = true, .about = "what it is called; nothing where partners talk"},
    {.name = "answer", .optional = true, .about = "the recipient's answer: yes, no, perhaps"},
    END,
};

static const struct template_name held_note_members[] = {
    {.name = "written_at", .about = "on which day"},
    {.name = "author", .about = "the coordinator"},
    {.name = "text", .about = "what was noted about the recipient"},
    END,
};

static const struct template_name held_report_members[] = {
    {.name = "reported_at", .about = "on which day the recipient reported something"},
    {.name = "partnership", .optional = true, .about = "about which partnership"},
    END,
};

static const struct template_name held_rest_members[] = {
    {.name = "kind", .about = "away or paused"},
    {.name = "began_at", .about = "from which day"},
    {.name = "ended_at", .optional = true, .about = "until which day"},
    END,
};

static const struct template_name held_bounce_members[] = {
    {.name = "came_at", .about = "on which day mail came back"},
    {.name = "is_permanent", .type = TEMPLATE_BOOLEAN, .about = "for good"},
    {.name = "status", .optional = true, .about = "the other server's code (RFC 3463)"},
    END,
};

static const struct template_name held_case_members[] = {
    {.name = "opened_at", .about = "on which day a coordinator was asked to look"},
    {.name = "closed_at", .optional = true, .about = "when it was settled"},
    {.name = "kind", .about = "what it was about: help, address, message, ..."},
    END,
};

static const struct template_name held_sent_members[] = {
    {.name = "sent_at", .about = "on which day"},
    {.name = "message", .about = "the template's name"},
    {.name = "address", .optional = true, .about = "where it was sent"},
    END,
};

static const struct template_name held_waiting_members[] = {
    {.name = "received_at", .about = "on which day it came"},
    {.name = "subject", .optional = true, .about = "its subject"},
    {.name = "bytes", .about = "its size"},
    END,
};

#define HELD_NAMES                                                                                                     \
    {.name = "address", .about = "the recipient's mail address"},                                                      \
        {.name = "time_zone", .about = "the recipient's time zone"},                                                   \
        {.name = "since", .about = "the day on which the recipient was taken on"},                                     \
        {.name = "applications", .type = TEMPLATE_LIST, .members = held_application_members, .about = "applications"}, \
        {.name = "partnerships", .type = TEMPLATE_LIST, .members = held_partnership_members, .about = "partnerships"}, \
        {.name = "contacts", .type = TEMPLATE_LIST, .members = held_contact_members, .about = "signs of contact"},     \
        {.name = "answers", .type = TEMPLATE_LIST, .members = held_answer_members, .about = "answers to questions"},   \
        {.name = "surveys", .type = TEMPLATE_LIST, .members = held_survey_members, .about = "answers to surveys"},     \
        {.name = "meetings", .type = TEMPLATE_LIST, .members = held_meeting_members, .about = "live meetings"},        \
        {.name = "notes", .type = TEMPLATE_LIST, .members = held_note_members, .about = "coordinators' notes"},        \
        {.name = "bounces", .type = TEMPLATE_LIST, .members = held_bounce_members, .about = "mail that came back"},    \
        {.name = "cases", .type = TEMPLATE_LIST, .members = held_case_members, .about = "what coordinators saw to"},   \
        {.name = "reports", .type = TEMPLATE_LIST, .members = held_report_members, .about = "reports of misconduct"},  \
        {.name = "rests", .type = TEMPLATE_LIST, .members = held_rest_members, .about = "absences and pauses"},        \
        {.name = "sent", .type = TEMPLATE_LIST, .members = held_sent_members, .about = "mails to the recipient"}, {    \
        .name = "waiting_mails", .type = TEMPLATE_LIST, .members = held_waiting_members,                               \
        .about = "mails of the recipient's that wait for a coordinator"                                                \
    }

static const struct template_name personal_data_names[] = {EVERY_PARTICIPANT, HELD_NAMES, END};

static const struct template_name participant_names[] = {
    EVERY_PARTICIPANT,
    {.name = "start_date", .optional = true, .about = "the round's first day"},
    {.name = "end_date", .optional = true, .about = "the round's last day"},
    END,
};

static const struct template_name event_names[] = {EVERY_PARTICIPANT, EVENT_NAMES, END};

static const struct template_name unclear_names[] = {
    EVERY_PARTICIPANT,
    {.name = "partner_names", .optional = true, .about = "the others' names, joined"},
    END,
};

static const struct template_name confirms_names[] = {
    EVERY_PARTICIPANT, FROZEN, PAUSED, SAID, END,
};

static const struct template_name status_names[] = {EVERY_PARTICIPANT, PAUSED, SAID, STATUS_NAMES, END};

static const struct template_name applicant_names[] = {EVERY_MESSAGE, APPLICANT_NAMES, ROUND_DATES, APPLICATION_NAMES,
                                                       END};

static const struct template_name gone_names[] = {EVERY_MESSAGE, APPLICANT_NAMES, END};

static const struct template_name application_names[] = {EVERY_PARTICIPANT, ROUND_DATES, PLACE_NAMES, END};

static const struct template_name member_names[] = {EVERY_MEMBER, END};

static const struct template_name survey_names[] = {EVERY_MEMBER, FORM_NAMES, END};

static const struct template_name next_names[] = {EVERY_MEMBER, NEXT_NAMES, END};

static const struct template_name letter_names[] = {EVERY_MEMBER, LETTER_NAMES, END};

static const struct template_name parting_names[] = {EVERY_MEMBER, PARTING_NAMES, END};

static const struct template_name member_topic_names[] = {EVERY_MEMBER, TOPIC_NAMES, END};

static const struct template_name waiting_names[] = {
    EVERY_COORDINATOR,
    WAITING_NAMES,
    {.name = "what", .optional = true, .about = "of one case alone: what it is, in a few words, for the subject"},
    {.name = "first_names", .optional = true, .about = "and whom it is about"},
    {.name = "offers", .type = TEMPLATE_LIST, .about = "what may be replied to one case alone"},
    END};

static const struct template_name alert_names[] = {EVERY_COORDINATOR, ALERT_NAMES, END};

static const struct template_name clear_names[] = {EVERY_COORDINATOR, ALERT_NAMES, CLEAR_NAMES, END};

static const struct template_name done_names[] = {
    EVERY_MESSAGE, {.name = "coordinator", .type = TEMPLATE_MAP, .members = coordinator_members}, DONE_NAMES, END};

static const struct template_name answer_names[] = {EVERY_MESSAGE, ANSWER_NAMES, END};

static const struct template_name test_names[] = {EVERY_MESSAGE, TEST_NAMES, END};

static const struct template_name any_names[] = {
    EVERY_MEMBER, LETTER_NAMES, TOPIC_NAMES,   FROZEN,      SINCE,       PAUSED,      SAID,
    STATUS_NAMES, ALERT_NAMES,  WAITING_NAMES, CLEAR_NAMES, TEST_NAMES,  ROUND_DATES, APPLICATION_NAMES,
    PLACE_NAMES,  NEXT_NAMES,   PARTING_NAMES, HELD_NAMES,  EVENT_NAMES, END};

static const char *const needs_topic[] = {"topic.body", NULL};
static const char *const needs_waiting[] = {"waiting.items.case_id", NULL};
static const char *const needs_form[] = {"form", NULL};
static const char *const needs_said[] = {"said.reason", NULL};
static const char *const needs_answer[] = {"answer", NULL};
static const char *const needs_reason[] = {"reason", NULL};

/* By how many answers the message's question has. */
#define BY_ANSWERS(names, needed)                                                                                      \
    {                                                                                                                  \
        {names, needed, 0, true}, {names, needed, 1, true}, {names, needed, 2, true}, {names, needed, 3, true},        \
            {names, needed, 4, true}, {names, needed, 5, true}, {names, needed, 6, true}, {names, needed, 7, true},    \
            {names, needed, 8, true}, {names, needed, QUESTION_ANSWERS_MAX, true},                                     \
    }

const struct template_schema *template_names_schema(enum message_kind kind, bool topics,
                                                    const struct question *question) {
    static const struct template_schema to_participant[] = BY_ANSWERS(participant_names, NULL);
    static const struct template_schema to_member[] = BY_ANSWERS(member_names, NULL);
    static const struct template_schema with_topic[] = BY_ANSWERS(member_topic_names, needs_topic);
    static const struct template_schema survey = {survey_names, needs_form, 0, false};
    static const struct template_schema next = {next_names, NULL, 0, false};
    static const struct template_schema letter[] = BY_ANSWERS(letter_names, NULL);
    static const struct template_schema parting[] = BY_ANSWERS(parting_names, NULL);
    static const struct template_schema event[] = BY_ANSWERS(event_names, NULL);
    static const struct template_schema unclear[] = BY_ANSWERS(unclear_names, NULL);
    static const struct template_schema asked = {confirms_names, NULL, 2, false};
    static const struct template_schema told = {confirms_names, NULL, 0, false};
    static const struct template_schema status = {status_names, NULL, 0, false};
    static const struct template_schema applicant = {applicant_names, needs_form, 0, false};
    static const struct template_schema gone = {gone_names, NULL, 0, false};
    static const struct template_schema personal_data = {personal_data_names, NULL, 0, false};
    static const struct template_schema application = {application_names, NULL, 0, false};
    static const struct template_schema waiting = {waiting_names, needs_waiting, 0, false};
    static const struct template_schema alert = {alert_names, needs_reason, 0, false};
    static const struct template_schema clear = {clear_names, needs_reason, 0, false};
    static const struct template_schema done = {done_names, needs_said, 0, false};
    static const struct template_schema answer = {answer_names, needs_answer, 0, false};
    static const struct template_schema test = {test_names, NULL, 0, false};
    int answers = question ? question_answer_count(question) : 0;
    switch (kind) {
    case MESSAGE_TO_PARTICIPANT:
        return &to_participant[answers];
    case MESSAGE_TO_MEMBER:
        return topics ? &with_topic[answers] : &to_member[answers];
    case MESSAGE_SURVEY:
        return &survey;
    case MESSAGE_ABOUT_NEXT:
        return &next;
    case MESSAGE_ABOUT_LETTER:
        return &letter[answers];
    case MESSAGE_ABOUT_PARTING:
        return &parting[answers];
    case MESSAGE_CONFIRMS:
        return answers ? &asked : &told;
    case MESSAGE_STATUS:
        return &status;
    case MESSAGE_ABOUT_EVENT:
        return &event[answers];
    case MESSAGE_UNCLEAR:
        return &unclear[answers];
    case MESSAGE_TO_APPLICANT:
        return &applicant;
    case MESSAGE_APPLICANT_GONE:
        return &gone;
    case MESSAGE_PERSONAL_DATA:
        return &personal_data;
    case MESSAGE_ABOUT_APPLICATION:
        return &application;
    case MESSAGE_TO_COORDINATOR_WAITING:
        return &waiting;
    case MESSAGE_TO_COORDINATOR_ALERT:
        return &alert;
    case MESSAGE_TO_COORDINATOR_CLEAR:
        return &clear;
    case MESSAGE_TO_COORDINATOR_DONE:
        return &done;
    case MESSAGE_FROM_COORDINATOR:
        return &answer;
    case MESSAGE_TEST:
        return &test;
    }
    return &test;
}

enum message_kind template_names_step_kind(const struct step *step) {
    return step->form ? MESSAGE_SURVEY : step->to == STEP_TO_PARTNERSHIP ? MESSAGE_TO_MEMBER : MESSAGE_TO_PARTICIPANT;
}

const struct template_schema *template_names_step_schema(const struct step *step) {
    return template_names_schema(template_names_step_kind(step), step->topics, question_find(step->asks));
}

const struct template_schema *template_names_topic(void) {
    static const struct template_schema topic = {member_names, NULL, 0, false};
    return &topic;
}

const struct template_schema *template_names_any(void) {
    static const struct template_schema any = {any_names, NULL, 0, false};
    return &any;
}

static const struct {
    const char *name;
    enum message_kind kind;
} fixed[] = {
    {"letter-bounced", MESSAGE_ABOUT_LETTER},
    {"letter-confirm", MESSAGE_ABOUT_LETTER},
    {"letter-ended", MESSAGE_ABOUT_LETTER},
    {"letter-missed", MESSAGE_ABOUT_LETTER},
    {"letter-question", MESSAGE_ABOUT_LETTER},
    {"letter-stopped", MESSAGE_ABOUT_LETTER},
    {"letter-too-large", MESSAGE_ABOUT_LETTER},
    {"partner-away", MESSAGE_ABOUT_LETTER},
    {"survey-reminder", MESSAGE_SURVEY},
    {"survey-thanks", MESSAGE_SURVEY},
    {"survey-unclear", MESSAGE_SURVEY},
    {"next-addresses", MESSAGE_ABOUT_NEXT},
    {"next-noted", MESSAGE_ABOUT_NEXT},
    {"leaving", MESSAGE_ABOUT_PARTING},
    {"parting-done", MESSAGE_ABOUT_PARTING},
    {"partner-left", MESSAGE_ABOUT_PARTING},
    {"trio-goes-on", MESSAGE_ABOUT_PARTING},
    {"warning", MESSAGE_ABOUT_PARTING},
    {"confirm-status", MESSAGE_STATUS},
    {"address-prove", MESSAGE_CONFIRMS},
    {"address-changed", MESSAGE_CONFIRMS},
    {"address-unreachable", MESSAGE_CONFIRMS},
    {"pause-over", MESSAGE_CONFIRMS},
    {"event-cancelled", MESSAGE_ABOUT_EVENT},
    {"event-invitation", MESSAGE_ABOUT_EVENT},
    {"event-reminder", MESSAGE_ABOUT_EVENT},
    {"nudge", MESSAGE_TO_MEMBER},
    {"last-call", MESSAGE_TO_MEMBER},
    {"left-over", MESSAGE_TO_PARTICIPANT},
    {"application", MESSAGE_TO_APPLICANT},
    {"application-accepted", MESSAGE_ABOUT_APPLICATION},
    {"application-gone", MESSAGE_APPLICANT_GONE},
    {"application-reminder", MESSAGE_TO_APPLICANT},
    {"application-summary", MESSAGE_TO_APPLICANT},
    {"application-unclear", MESSAGE_TO_APPLICANT},
    {"application-waiting", MESSAGE_ABOUT_APPLICATION},
    {"invitation", MESSAGE_TO_APPLICANT},
    {"forgotten", MESSAGE_APPLICANT_GONE},
    {"my-data", MESSAGE_PERSONAL_DATA},
    {"coordinator-waiting", MESSAGE_TO_COORDINATOR_WAITING},
    {"coordinator-alert", MESSAGE_TO_COORDINATOR_ALERT},
    {"coordinator-clear", MESSAGE_TO_COORDINATOR_CLEAR},
    {"coordinator-done", MESSAGE_TO_COORDINATOR_DONE},
    {"coordinator-answer", MESSAGE_FROM_COORDINATOR},
    {"test", MESSAGE_TEST},
};

const char *template_names_fixed(size_t position) {
    if (position < COUNT_OF(fixed))
        return fixed[position].name;
    position -= COUNT_OF(fixed);
    for (const struct question *question = question_table; question->name; question++)
        if (question->unclear && position-- == 0)
            return question->unclear;
    return NULL;
}

bool template_names_fixed_kind(const char *template_name, enum message_kind *ret) {
    const struct question *question = question_put_by(template_name);
    bool unclear = question && string_equal(question->unclear, template_name);
    for (size_t i = 0; i < COUNT_OF(fixed); i++)
        if (string_equal(fixed[i].name, template_name)) {
            *ret = fixed[i].kind;
            return true;
        }
    if (!unclear && !verb_is_answer(template_name) && !verb_asks(template_name))
        return false;
    *ret = unclear ? MESSAGE_UNCLEAR : MESSAGE_CONFIRMS;
    return true;
}

const struct template_schema *template_names_fixed_schema(const char *template_name) {
    enum message_kind kind;
    return template_names_fixed_kind(template_name, &kind)
               ? template_names_schema(kind, false, question_put_by(template_name))
               : NULL;
}
