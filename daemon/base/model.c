#include "base/model.h"

#include "base/memory.h"
#include "base/text.h"

/* One table of words an enum, by value; every enum gets the same two functions from it. */
static bool find_word(const char *const *words, size_t count, const char *word, size_t *ret) {
    for (size_t i = 0; i < count; i++)
        if (string_equal(words[i], word)) {
            *ret = i;
            return true;
        }
    return false;
}

#define DEFINE_WORDS(enum_name, ...)                                                                                   \
    static const char *const enum_name##_words[] = {__VA_ARGS__};                                                      \
    const char *enum_name##_name(enum enum_name value) {                                                               \
        return (size_t)value < COUNT_OF(enum_name##_words) ? enum_name##_words[value] : "unknown";                     \
    }                                                                                                                  \
    bool model_find_##enum_name(const char *word, enum enum_name *ret) {                                               \
        size_t found;                                                                                                  \
        if (!find_word(enum_name##_words, COUNT_OF(enum_name##_words), word, &found))                                  \
            return false;                                                                                              \
        *ret = (enum enum_name)found;                                                                                  \
        return true;                                                                                                   \
    }

DEFINE_WORDS(participant_state, [PARTICIPANT_ACTIVE] = "active", [PARTICIPANT_PAUSED] = "paused",
             [PARTICIPANT_LEFT] = "left", [PARTICIPANT_ERASED] = "erased")
DEFINE_WORDS(address_state, [ADDRESS_GOOD] = "good", [ADDRESS_SUSPECT] = "suspect", [ADDRESS_DEAD] = "dead")
DEFINE_WORDS(round_state, [ROUND_DRAFT] = "draft", [ROUND_OPEN] = "open", [ROUND_CLOSED] = "closed",
             [ROUND_MATCHING] = "matching", [ROUND_RUNNING] = "running", [ROUND_ENDING] = "ending",
             [ROUND_ARCHIVED] = "archived")
DEFINE_WORDS(
    application_state, [APPLICATION_APPLIED] = "applied", [APPLICATION_ACCEPTED] = "accepted",
    [APPLICATION_MATCHED] = "matched", [APPLICATION_WAITING] = "waiting", [APPLICATION_WITHDRAWN] = "withdrawn")
DEFINE_WORDS(applicant_state, [APPLICANT_ASKED] = "asked", [APPLICANT_UNCLEAR] = "unclear",
             [APPLICANT_SUMMARISED] = "summarised", [APPLICANT_GONE] = "gone")
DEFINE_WORDS(
    partnership_state, [PARTNERSHIP_PLANNED] = "planned", [PARTNERSHIP_ACTIVE] = "active", [PARTNERSHIP_HELD] = "held",
    [PARTNERSHIP_FROZEN] = "frozen", [PARTNERSHIP_ENDED] = "ended", [PARTNERSHIP_DISSOLVED] = "dissolved")
DEFINE_WORDS(outbox_state, [OUTBOX_QUEUED] = "queued", [OUTBOX_SENDING] = "sending", [OUTBOX_SENT] = "sent",
             [OUTBOX_FAILED] = "failed", [OUTBOX_UNCERTAIN] = "uncertain", [OUTBOX_HELD] = "held",
             [OUTBOX_CANCELLED] = "cancelled", [OUTBOX_EXPIRED] = "expired")
DEFINE_WORDS(inbox_state, [INBOX_HANDLED] = "handled", [INBOX_WAITING] = "waiting", [INBOX_RESOLVED] = "resolved",
             [INBOX_DUPLICATE] = "duplicate")
DEFINE_WORDS(server_action, [SERVER_FLAG] = "flag", [SERVER_MOVE] = "move", [SERVER_DELETE] = "delete",
             [SERVER_NOTHING] = "none", [SERVER_DONE] = "done")
DEFINE_WORDS(contact_channel, [CONTACT_RELAY] = "relay", [CONTACT_CC] = "cc", [CONTACT_CHECK_IN] = "check-in",
             [CONTACT_COORDINATOR] = "coordinator")
DEFINE_WORDS(case_kind, [CASE_MESSAGE] = "message", [CASE_REPORT] = "report", [CASE_HELP] = "help",
             [CASE_LOOK] = "look", [CASE_COMPLAINT] = "complaint", [CASE_ADDRESS] = "address", [CASE_LETTER] = "letter",
             [CASE_PARTING] = "parting", [CASE_REFUSED] = "refused", [CASE_HELD] = "held", [CASE_SKIPPED] = "skipped",
             [CASE_TEXT] = "text", [CASE_LEFT_OVER] = "left-over", [CASE_REMATCH] = "rematch",
             [CASE_SERVICE] = "service", [CASE_SILENCE] = "silence", [CASE_REMARK] = "remark")
DEFINE_WORDS(incident_state, [INCIDENT_OPEN] = "open", [INCIDENT_NO_ACTION] = "no-action",
             [INCIDENT_WARNING] = "warning", [INCIDENT_TERMINATION] = "termination", [INCIDENT_BAN] = "ban")
DEFINE_WORDS(health_state, [HEALTH_NEW] = "new", [HEALTH_GOOD] = "good", [HEALTH_SLOW] = "slow",
             [HEALTH_QUIET] = "quiet", [HEALTH_UNKNOWN] = "unknown", [HEALTH_STOPPED] = "stopped")
DEFINE_WORDS(health_silence, [SILENCE_NONE] = "none", [SILENCE_SILENT] = "silent", [SILENCE_AWAY] = "away",
             [SILENCE_PAUSED] = "paused", [SILENCE_BOUNCING] = "bouncing",
             [SILENCE_NEVER_INTRODUCED] = "never introduced", [SILENCE_OUTAGE] = "our outage")
DEFINE_WORDS(rest_kind, [REST_AWAY] = "away", [REST_PAUSED] = "paused", [REST_HELD] = "held")
DEFINE_WORDS(
    meeting_state, [MEETING_PROPOSED] = "proposed", [MEETING_PLANNED] = "planned", [MEETING_CANCELLED] = "cancelled")
DEFINE_WORDS(outage_service, [OUTAGE_DAEMON] = "daemon", [OUTAGE_INCOMING] = "incoming", [OUTAGE_OUTGOING] = "outgoing")

bool participant_has_left(enum participant_state state) {
    return state == PARTICIPANT_LEFT || state == PARTICIPANT_ERASED;
}

bool round_is_over(enum round_state state) {
    return state == ROUND_ENDING || state == ROUND_ARCHIVED;
}

bool partnership_is_over(enum partnership_state state) {
    return state == PARTNERSHIP_ENDED || state == PARTNERSHIP_DISSOLVED;
}

bool partnership_has(const struct partnership *partnership, int64_t participant) {
    for (size_t i = 0; i < partnership->member_count; i++)
        if (partnership->members[i] == participant)
            return true;
    return false;
}
