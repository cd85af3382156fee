#include "cli/check_online.h"

#include <inttypes.h>
#include <stdio.h>

#include "app/round_trip.h"
#include "base/clock.h"
#include "base/duration.h"
#include "base/text.h"
#include "cli/progress.h"
#include "store/settings.h"
#include "store/transaction.h"

enum { TOLD_SOON_MS = 10 * 1000 };

/* ---- The sending server's word ---- */

static void tell_refusal(const struct round_trip_letter *letter, const char *what, struct findings *findings) {
    const struct send_result *sent = &letter->sent;
    switch (sent->outcome) {
    case SEND_ACCEPTED:
        return;
    case SEND_LOGIN_REFUSED:
        findings_tell(findings, FINDING_PROBLEM, "sending",
                      "the server refused the login: %s. Look at user and password in the section \"outgoing\".",
                      sent->reply);
        return;
    case SEND_UNTRUSTED:
        findings_tell(findings, FINDING_PROBLEM, "sending",
                      "the server can't be trusted: %s. Is the host's name in the url the one in its certificate? A "
                      "certificate of one's own authority needs ca_file.",
                      sent->reply);
        return;
    case SEND_UNAVAILABLE:
        findings_tell(findings, FINDING_PROBLEM, "sending", "the server can't be reached: %s", sent->reply);
        return;
    case SEND_UNCERTAIN:
        findings_tell(findings, FINDING_PROBLEM, "sending", "the server did not say in time whether it took %s%s%s",
                      what, *sent->reply ? ": " : "", sent->reply);
        return;
    case SEND_REFUSED_NOW:
        findings_tell(
            findings, FINDING_PROBLEM, "sending",
            "the server refused %s for now: %s. That may be greylisting or a limit: try again in some minutes.", what,
            sent->reply);
        return;
    case SEND_REFUSED:
        findings_tell(findings, FINDING_PROBLEM, "sending", "the server refused %s: %s", what, sent->reply);
        return;
    }
}

static bool says_something_of_itself(enum send_outcome outcome) {
    return outcome == SEND_LOGIN_REFUSED || outcome == SEND_UNTRUSTED || outcome == SEND_UNAVAILABLE;
}

static void tell_sending(const struct service *service, const struct round_trip *trip, struct findings *findings) {
    const struct outgoing_settings *outgoing = &service->configuration->outgoing;
    if (trip->plain.sent.outcome != SEND_ACCEPTED) {
        tell_refusal(&trip->plain, "a message to the programme's address", findings);
        return;
    }
    auto_text limit = TEXT_EMPTY;
    if (trip->size_limit >= 1000000)
        text_append_format(&limit, "; it takes messages of up to %" PRIu64 " MB", trip->size_limit / 1000000);
    else if (trip->size_limit)
        text_append_format(&limit, "; it takes messages of up to %" PRIu64 " bytes", trip->size_limit);
    findings_tell(findings, FINDING_OK, "sending", "%s takes our messages%s%s%s",
                  outgoing->url ? outgoing->url : outgoing->maildir, outgoing->user ? " from " : "",
                  outgoing->user ? outgoing->user : "", text_string(&limit));
}

/* ---- What came back ---- */

static void tell_plain(const struct round_trip_letter *letter, int64_t wait_ms, struct findings *findings) {
    if (letter->sent.outcome != SEND_ACCEPTED)
        return;
    if (letter->returned)
        findings_tell(findings, FINDING_PROBLEM, "round trip",
                      "a message to %s came back undelivered: is that the mailbox's address?", letter->to);
    else if (!letter->arrived)
        findings_tell(findings, FINDING_PROBLEM, "round trip",
                      "a message to %s did not arrive within %d seconds: is that the address of the mailbox in the "
                      "section \"incoming\"? Where delivery takes longer: --wait",
                      letter->to, (int)(wait_ms / 1000));
    else
        findings_tell(findings, FINDING_OK, "round trip", "a message to %s arrived after %.1f seconds", letter->to,
                      (double)letter->took_ms / 1000);
    if (letter->arrived && letter->junk)
        findings_tell(findings, FINDING_PROBLEM, "round trip",
                      "it was put into the junk folder: participants' mail will be, too. Tell the provider's filter to "
                      "trust mail from and to %s.",
                      letter->to);
}

#define WITHOUT_SUB_ADDRESSES                                                                                          \
    "So letters between partners can't go through the programme, the addresses for help and pauses don't work, and "   \
    "replies are recognised by their thread only. Ask the provider for sub-addresses (plus addressing), or set "       \
    "separator to the provider's own."

static void tell_tagged(const struct round_trip *trip, struct findings *findings) {
    const struct round_trip_letter *letter = &trip->tagged;
    if (letter->sent.outcome == SEND_REFUSED || letter->returned) {
        findings_tell(findings, FINDING_PROBLEM, "sub-addresses", "%s is refused%s%s. " WITHOUT_SUB_ADDRESSES,
                      letter->to, letter->returned ? "" : ": ", letter->returned ? "" : letter->sent.reply);
        return;
    }
    if (letter->sent.outcome != SEND_ACCEPTED) {
        tell_refusal(letter, "a message to a sub-address", findings);
        return;
    }
    if (!letter->arrived && trip->plain.arrived)
        findings_tell(
            findings, FINDING_PROBLEM, "sub-addresses",
            "a message to %s did not arrive, while one to the programme's address did. " WITHOUT_SUB_ADDRESSES,
            letter->to);
    else if (letter->arrived && !letter->address_in)
        findings_tell(findings, FINDING_PROBLEM, "sub-addresses",
                      "a message to %s arrived, but no field of it says so any more: the provider rewrites To. Replies "
                      "are recognised by their thread only.",
                      letter->to);
    else if (letter->arrived)
        findings_tell(findings, FINDING_OK, "sub-addresses", "they arrive; the address stands in %s",
                      letter->address_in);
}

static void tell_headers(const struct service *service, const struct round_trip_letter *letter,
                         struct findings *findings) {
    const struct programme_settings *programme = &service->configuration->programme;
    if (string_equal(letter->message_id_seen, letter->message_id))
        findings_tell(findings, FINDING_OK, "Message-ID", "it is kept");
    else
        findings_tell(findings, FINDING_NOTE, "Message-ID",
                      "the provider replaces it, so replies are not recognised by their thread, only by sub-addresses");
    if (string_equal_ignore_case(letter->return_path_seen, letter->envelope_from))
        findings_tell(findings, FINDING_OK, "envelope sender", "it is kept: bounces are told apart by their address");
    else
        findings_tell(findings, FINDING_NOTE, "envelope sender",
                      "%s%s: bounces are told apart by what is in them, which works less often",
                      letter->return_path_seen ? "the provider replaces it by "
                                               : "no Return-Path tells what became of it",
                      letter->return_path_seen ? letter->return_path_seen : "");
    if (!string_equal_ignore_case(letter->from_seen, programme->address))
        findings_tell(findings, FINDING_PROBLEM, "From",
                      "the provider writes %s instead of %s there: participants would answer to that",
                      letter->from_seen ? letter->from_seen : "nothing", programme->address);
    if (!letter->authserv_id && programme->authserv_id)
        findings_tell(
            findings, FINDING_NOTE, "authentication",
            "no Authentication-Results stood in our own message; whether \"%s\" is right shows with mail from "
            "outside",
            programme->authserv_id);
    else if (letter->authserv_id && !programme->authserv_id)
        findings_tell(findings, FINDING_NOTE, "authentication",
                      "the mailbox's server seems to call itself \"%s\" in Authentication-Results. If so, set in the "
                      "section \"programme\": authserv_id = \"%s\"",
                      letter->authserv_id, letter->authserv_id);
    else if (letter->authserv_id && !string_equal_ignore_case(letter->authserv_id, programme->authserv_id))
        findings_tell(findings, FINDING_NOTE, "authentication",
                      "the server calls itself \"%s\" in Authentication-Results, but authserv_id is \"%s\"",
                      letter->authserv_id, programme->authserv_id);
    else if (letter->authserv_id)
        findings_tell(findings, FINDING_OK, "authentication", "results by \"%s\" are believed", letter->authserv_id);
}

/* ---- What the service goes by ---- */

/* "yes", "no", or NULL where this trip showed neither. */
static const char *verdict(const struct round_trip *trip) {
    const struct round_trip_letter *tagged = &trip->tagged;
    if (tagged->arrived)
        return tagged->address_in ? "yes" : "no";
    bool lost = tagged->sent.outcome == SEND_REFUSED || (tagged->sent.outcome == SEND_ACCEPTED && trip->plain.arrived);
    return lost || tagged->returned ? "no" : NULL;
}

static bool set_verdict(struct service *service, const char *new, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    const char *old;
    struct event event = {.at = clock_now(),
                          .actor = service->actor,
                          .what = arena_format(arena, "sub-addresses work: %s", new),
                          .why = "check --online"};
    if (!transaction_begin(service->database, &transaction, error) ||
        !settings_get(service->database, SETTING_SUB_ADDRESSES, arena, &old, error))
        return false;
    if (string_equal(old, new))
        return true;
    return settings_set(service->database, SETTING_SUB_ADDRESSES, new, error) &&
           events_append(service->database, &event, error) && transaction_commit(&transaction, error);
}

static void remember_verdict(struct service *service, const struct round_trip *trip, struct findings *findings) {
    const char *new = verdict(trip);
    struct error error = ERROR_INIT;
    if (!new || service->configuration->incoming.maildir) /* the embedded one says nothing about a later provider */
        return;
    if (!set_verdict(service, new, &error) || !service_refresh(service, &error))
        findings_tell(findings, FINDING_PROBLEM, "relay", "what was found out can't be noted: %s", error.message);
    else if (service->relays && string_equal(new, "no"))
        findings_tell(findings, FINDING_PROBLEM, "relay",
                      "relay = \"yes\" can't work without sub-addresses: partners' letters would be lost. Set it to "
                      "\"auto\".");
    else
        findings_tell(findings, FINDING_OK, "relay",
                      service->relays
                          ? "letters between partners go through the programme: Reply to an introduction "
                            "reaches the partner"
                          : "introductions give the partners' own addresses and ask for the programme in Cc");
}

/* ---- All of it ---- */

static void show_progress(void *context, size_t seconds) {
    progress_to(context, seconds);
}

static void tell_receiving(const struct service *service, struct mail_receiver *receiver, struct findings *findings) {
    const struct incoming_settings *incoming = &service->configuration->incoming;
    const char *const *folders = receiver->operations->folders(receiver);
    findings_tell(findings, FINDING_OK, "receiving", "%s can be read: %s%s%s",
                  incoming->url ? incoming->url : incoming->maildir, folders[0], folders[1] ? ", and for junk " : "",
                  folders[1] ? folders[1] : "");
    if (!folders[1] && incoming->url)
        findings_tell(findings, FINDING_NOTE, "receiving",
                      "there is no junk folder that we could look into for mail sorted out by mistake");
}

static const char *poll_interval(const struct service *service, struct arena *arena) {
    auto_text words = TEXT_EMPTY;
    duration_format(&(struct duration){.seconds = service->configuration->incoming.poll_every}, &words);
    return arena_copy_string(arena, text_string(&words));
}

/* What the server did, not what it says it can. */
static void tell_listening(const struct service *service, const struct mail_receiver *listener,
                           const struct round_trip *trip, struct findings *findings) {
    auto_arena arena = arena_new();
    const char *every = poll_interval(service, arena);
    if (trip->listener_failed)
        findings_tell(findings, FINDING_NOTE, "IDLE",
                      "the server doesn't keep it up (%s): new mail is looked for every %s at least (poll_every)",
                      trip->listener_failed, every);
    else if (!listener || !listener->operations->abilities(listener).idle)
        findings_tell(findings, FINDING_NOTE, "IDLE",
                      "the server has none, or refuses it: new mail is looked for every %s (poll_every)", every);
    else if (!trip->listened)
        findings_tell(findings, FINDING_NOTE, "IDLE",
                      "the server has it; whether it tells of new mail could not be seen, as none came");
    else if (!trip->told)
        findings_tell(findings, FINDING_NOTE, "IDLE",
                      "the server has it, but told of no new mail within %.0f seconds: new mail is looked for every %s "
                      "(poll_every)",
                      (double)trip->listened_ms / 1000, every);
    else
        findings_tell(findings, trip->listened_ms < TOLD_SOON_MS ? FINDING_OK : FINDING_NOTE, "IDLE",
                      "the server told of new mail after %.1f seconds%s", (double)trip->listened_ms / 1000,
                      trip->listened_ms < TOLD_SOON_MS ? "" : ", and no sooner: answers to participants take as long");
}

/* What the server lacks costs time or leaves something behind; nothing of it keeps a programme from running. */
static void tell_abilities(struct mail_receiver *receiver, struct findings *findings) {
    if (!receiver->operations->abilities)
        return;
    struct receiver_abilities can = receiver->operations->abilities(receiver);
    if (can.move)
        findings_tell(findings, FINDING_OK, "MOVE", "the server moves messages in one step");
    else
        findings_tell(findings, FINDING_NOTE, "MOVE",
                      "the server has none: messages for the done folder are copied there, and the originals deleted");
    if (can.uidplus)
        findings_tell(findings, FINDING_OK, "UIDPLUS", "what is deleted is gone at once");
    else
        findings_tell(findings, FINDING_NOTE, "UIDPLUS",
                      "the server has none: what is deleted, letters between partners among it, is only marked as "
                      "deleted, and stays in the mailbox until a mail program or the server expunges it. Have the "
                      "provider do so regularly.");
}

static void tell_mailbox_problem(const struct error *error, struct findings *findings) {
    findings_tell(findings, FINDING_PROBLEM, "receiving", "the mailbox can't be read: %s", error->message);
}

void check_online_tell(struct service *service, struct mail_sender *sender, struct mail_receiver *receiver,
                       struct mail_receiver *listener, int64_t wait_ms, struct findings *findings) {
    auto_arena arena = arena_new();
    struct error error = ERROR_INIT;
    struct round_trip trip;
    bool can_read = receiver->operations->open(receiver, &error);
    if (can_read) {
        tell_receiving(service, receiver, findings);
        tell_abilities(receiver, findings);
    } else {
        tell_mailbox_problem(&error, findings);
    }
    if (!can_read || !receiver->operations->abilities || !receiver->operations->abilities(receiver).idle)
        listener = NULL;
    struct progress *progress cleanup(progress_free_pointer) =
        progress_new("Waiting for our own messages, seconds", (size_t)(wait_ms / 1000));
    struct round_trip_request request = {.service = service,
                                         .sender = sender,
                                         .receiver = can_read ? receiver : NULL,
                                         .listener = listener,
                                         .wait_ms = wait_ms,
                                         .progress = show_progress,
                                         .context = progress};
    bool made = round_trip_make(&request, arena, &trip, &error);
    progress_free(progress);
    progress = NULL;
    if (!made) {
        tell_mailbox_problem(&error, findings);
        return;
    }
    tell_sending(service, &trip, findings);
    if (!can_read && trip.plain.sent.outcome == SEND_ACCEPTED)
        findings_tell(findings, FINDING_NOTE, "receiving",
                      "our own two messages (\"tandempost check ...\") stay in the mailbox and may be deleted there");
    if (says_something_of_itself(trip.plain.sent.outcome) || !can_read)
        return;
    tell_plain(&trip.plain, wait_ms, findings);
    tell_tagged(&trip, findings);
    if (receiver->operations->abilities)
        tell_listening(service, listener, &trip, findings);
    remember_verdict(service, &trip, findings);
    if (trip.plain.arrived || trip.tagged.arrived)
        tell_headers(service, trip.plain.arrived ? &trip.plain : &trip.tagged, findings);
}
