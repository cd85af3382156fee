/* Marking handled messages, and erasing; declared in net/imap_session.h. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "net/imap.h"
#include "net/imap_session.h"

#define MOST_RANGES 200 /* in one command, so that its line stays well under 8000 characters (RFC 7162 section 4) */

/* ---- Flags ---- */

enum flags { FLAG_SEEN, FLAG_SEEN_AND_KEYWORD, FLAG_DELETED };

static void add_flag(struct mailimap_flag_list *list, struct mailimap_flag *flag) {
    require(flag && mailimap_flag_list_add(list, flag) == MAILIMAP_NO_ERROR);
}

static bool store(struct imap_session *session, struct mailimap_set *set, enum flags flags, struct error *error) {
    struct mailimap_flag_list *list = mailimap_flag_list_new_empty();
    require(list);
    if (flags == FLAG_DELETED)
        add_flag(list, mailimap_flag_new_deleted());
    else
        add_flag(list, mailimap_flag_new_seen());
    if (flags == FLAG_SEEN_AND_KEYWORD)
        add_flag(list, mailimap_flag_new_flag_keyword(memory_copy_string(IMAP_KEYWORD_DONE)));
    struct mailimap_store_att_flags *change = mailimap_store_att_flags_new_add_flags_silent(list);
    require(change);
    bool good = imap_session_ask(session, mailimap_uid_store(session->etpan, set, change), "flag messages", error);
    mailimap_store_att_flags_free(change);
    return good;
}

static bool flag(struct imap_session *session, struct mailimap_set *set, struct error *error) {
    if (session->keywords_allowed) {
        if (store(session, set, FLAG_SEEN_AND_KEYWORD, error))
            return true;
        if (!imap_session_is_good(session))
            return false;
        session->keywords_allowed = false;
    }
    return store(session, set, FLAG_SEEN, error);
}

/* ---- Deleting and moving ---- */

/* Without UIDPLUS there is only EXPUNGE, which would take others' messages too: then they stay, marked. */
static bool erase(struct imap_session *session, struct mailimap_set *set, struct error *error) {
    return store(session, set, FLAG_DELETED, error) &&
           (!session->can_uidplus ||
            imap_session_ask(session, mailimap_uid_expunge(session->etpan, set), "delete messages", error));
}

static bool move_to(struct imap_session *session, struct mailimap_set *set, const char *target, struct error *error) {
    if (session->can_move)
        return imap_session_ask(session, mailimap_uid_move(session->etpan, set, target), "move messages", error);
    return imap_session_ask(session, mailimap_uid_copy(session->etpan, set, target), "copy messages", error) &&
           erase(session, set, error);
}

/* True where the folder is new; a refusal is no error, for it may well exist. */
static bool create(struct imap_session *session, const char *name) {
    struct error ignored;
    return imap_session_ask(session, mailimap_create(session->etpan, name), "make a folder", &ignored) &&
           (imap_session_ask(session, mailimap_subscribe(session->etpan, name), "subscribe to a folder", &ignored) ||
            imap_session_is_good(session));
}

static bool move(struct imap_session *session, struct mailimap_set *set, const char *target, const char *second_name,
                 struct error *error) {
    if (!flag(session, set, error))
        return false;
    if (move_to(session, set, target, error))
        return true;
    if (imap_session_is_good(session) && create(session, target))
        return move_to(session, set, target, error);
    if (!second_name || !imap_session_is_good(session))
        return false;
    return move_to(session, set, second_name, error) ||
           (imap_session_is_good(session) && create(session, second_name) && move_to(session, set, second_name, error));
}

/* ---- All of them ---- */

static int compare_uids(const void *a, const void *b) {
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

/* Takes ranges off the front of ascending UIDS; moves *POSITION past them. */
static struct mailimap_set *take_set(const uint32_t *uids, size_t count, size_t *position) {
    struct mailimap_set *set = mailimap_set_new_empty();
    require(set);
    for (size_t ranges = 0; ranges < MOST_RANGES && *position < count; ranges++) {
        size_t end = *position;
        while (end + 1 < count && uids[end + 1] - uids[end] <= 1)
            end++;
        require(mailimap_set_add_interval(set, uids[*position], uids[end]) == MAILIMAP_NO_ERROR);
        *position = end + 1;
    }
    return set;
}

bool imap_mark_messages(struct imap_session *session, const char *folder, uint32_t uidvalidity, const uint32_t *uids,
                        size_t count, enum mark_action action, const char *done_folder, const char *second_name,
                        struct error *error) {
    if (action == MARK_MOVE && !done_folder)
        return error_set(error, ERROR_CONFIGURATION,
                         "no folder is named that handled messages are moved to; set done_folder");
    if (count == 0)
        return true;
    if (!imap_session_ensure(session, folder, error))
        return false;
    if (session->uidvalidity != uidvalidity)
        return true; /* these numbers mean other messages now */
    uint32_t *sorted = memory_new_array(count, sizeof *sorted);
    memcpy(sorted, uids, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_uids);
    bool good = true;
    for (size_t position = 0; good && position < count;) {
        struct mailimap_set *set = take_set(sorted, count, &position);
        good = action == MARK_FLAG   ? flag(session, set, error)
               : action == MARK_MOVE ? move(session, set, done_folder, second_name, error)
                                     : erase(session, set, error);
        mailimap_set_free(set);
    }
    free(sorted);
    return good;
}

/* ---- Erasing ---- */

static struct mailimap_set *range_below(uint32_t below) {
    struct mailimap_set *set = mailimap_set_new_interval(1, below - 1);
    require(set);
    return set;
}

static void add_key(struct mailimap_search_key *all, struct mailimap_search_key *key) {
    require(key && mailimap_search_key_multiple_add(all, key) == MAILIMAP_NO_ERROR);
}

/* Takes KEY over. Appends what the server finds to UIDS, of which *COUNT stand there. */
static bool search(struct imap_session *session, struct mailimap_search_key *key, uint32_t **uids, size_t *count,
                   size_t *capacity, struct error *error) {
    clist *found = NULL;
    bool good = imap_session_ask(session, mailimap_uid_search(session->etpan, "UTF-8", key, &found),
                                 "search for messages", error);
    mailimap_search_key_free(key);
    for (clistiter *item = good ? clist_begin(found) : NULL; item; item = clist_next(item)) {
        *uids = memory_grow(*uids, capacity, *count + 1, sizeof **uids);
        (*uids)[(*count)++] = *(const uint32_t *)clist_content(item);
    }
    if (found)
        mailimap_search_result_free(found);
    return good;
}

/* Below the UID BELOW (0: all) with TEXT somewhere; WRITER: its sender, or NULL. */
static bool search_text(struct imap_session *session, uint32_t below, const char *text, const char *writer,
                        uint32_t **uids, size_t *count, size_t *capacity, struct error *error) {
    struct mailimap_search_key *all = mailimap_search_key_new_multiple_empty();
    require(all);
    if (below)
        add_key(all, mailimap_search_key_new_uid(range_below(below)));
    add_key(all, mailimap_search_key_new_text(memory_copy_string(text)));
    if (writer)
        add_key(all, mailimap_search_key_new_from(memory_copy_string(writer)));
    return search(session, all, uids, count, capacity, error);
}

static bool find_traces(struct imap_session *session, uint32_t below, const struct mail_traces *traces, uint32_t **uids,
                        size_t *count, size_t *capacity, struct error *error) {
    for (size_t i = 0; i < traces->address_count; i++)
        if (!search_text(session, below, traces->addresses[i], NULL, uids, count, capacity, error))
            return false;
    for (size_t i = 0; traces->name && i < traces->writer_count; i++)
        if (!search_text(session, below, traces->name, traces->writers[i], uids, count, capacity, error))
            return false;
    return true;
}

/* All that is marked \Deleted, which is COUNT messages of ours, or more of somebody else's. */
static bool expunge_ours(struct imap_session *session, size_t count, struct error *error) {
    uint32_t *marked cleanup(memory_free_pointer) = NULL;
    size_t marked_count = 0, capacity = 0;
    struct mailimap_search_key *deleted =
        mailimap_search_key_new(MAILIMAP_SEARCH_KEY_DELETED, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                                NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL);
    require(deleted);
    if (!search(session, deleted, &marked, &marked_count, &capacity, error))
        return false;
    if (marked_count > count)
        return error_set(error, ERROR_CONFIGURATION,
                         "%zu messages of somebody who was erased are marked as deleted in the mailbox, and so are %zu "
                         "others; as the server can't delete just some of them, expunge that folder in a mail program",
                         count, marked_count - count);
    return imap_session_ask(session, mailimap_expunge(session->etpan), "delete messages", error);
}

static bool select_done(struct imap_session *session, const char *done_folder, const char *second_name, bool *ret_there,
                        struct error *error) {
    struct error ignored = ERROR_INIT;
    *ret_there = imap_session_select(session, done_folder, &ignored) ||
                 (imap_session_is_good(session) && second_name && imap_session_select(session, second_name, &ignored));
    if (*ret_there || imap_session_is_good(session))
        return true;
    *error = ignored;
    return false;
}

bool imap_mark_erase(struct imap_session *session, const char *folder, uint32_t uidvalidity, uint32_t below,
                     const char *done_folder, const char *second_name, const struct mail_traces *traces,
                     size_t *ret_count, struct error *error) {
    uint32_t *uids cleanup(memory_free_pointer) = NULL;
    size_t count = 0, capacity = 0, distinct = 0;
    bool there = true;
    *ret_count = 0;
    if (!(folder ? imap_session_select(session, folder, error)
                 : select_done(session, done_folder, second_name, &there, error)))
        return false;
    if (!there || (folder && below < 2))
        return true;
    if (folder && session->uidvalidity != uidvalidity)
        return error_set(error, ERROR_TEMPORARY, "the folder %s was made anew on the server", folder);
    if (!find_traces(session, folder ? below : 0, traces, &uids, &count, &capacity, error))
        return false;
    if (count)
        qsort(uids, count, sizeof *uids, compare_uids);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || uids[i] != uids[distinct - 1])
            uids[distinct++] = uids[i];
    for (size_t position = 0; position < distinct;) {
        struct mailimap_set *set = take_set(uids, distinct, &position);
        bool good = erase(session, set, error);
        mailimap_set_free(set);
        if (!good)
            return false;
    }
    *ret_count = distinct;
    return distinct == 0 || session->can_uidplus || expunge_ours(session, distinct, error);
}
