#include "store/incidents.h"

#include <string.h>

#include "base/hash.h"
#include "base/random.h"
#include "store/settings.h"
#include "store/statement.h"
#include "store/transaction.h"

/* ---- Reports ---- */

#define INCIDENT(FIRST, COLUMN)                                                                                        \
    FIRST(id)                                                                                                          \
    COLUMN(inbox) COLUMN(reporter) COLUMN(partnership) COLUMN(at) COLUMN(state) COLUMN(decided_at) COLUMN(decided_by)
#define INCIDENT_COLUMNS STATEMENT_COLUMNS(INCIDENT)
STATEMENT_READER(read_incident, struct incident, INCIDENT)

bool incidents_add(struct database *database, const struct incident *incident, const char *mail, size_t length,
                   const struct event_cause *cause, struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    return transaction_begin(database, &transaction, error) &&
           statement_run(database,
                         "INSERT INTO incident (id, inbox, reporter, partnership, at, mail) VALUES (?, ?, ?, ?, ?, ?)",
                         VALUES(value_integer(incident->id), value_integer(incident->inbox),
                                value_id(incident->reporter), value_id(incident->partnership),
                                value_integer(incident->at), mail ? value_bytes(mail, length) : value_text(NULL)),
                         error) &&
           events_append_change(database, "incident opened", &(struct event){.inbox = incident->inbox}, cause, error) &&
           transaction_commit(&transaction, error);
}

bool incidents_find(struct database *database, int64_t id, struct arena *arena, struct incident *ret,
                    struct error *error) {
    return statement_read_row(database, "SELECT " INCIDENT_COLUMNS " FROM incident WHERE id = ?",
                              VALUES(value_integer(id)), arena, read_incident, ret, error);
}

bool incidents_find_of_inbox(struct database *database, int64_t inbox, struct arena *arena, struct incident *ret,
                             struct error *error) {
    return statement_read_row(database,
                              "SELECT " INCIDENT_COLUMNS " FROM incident WHERE inbox = ? ORDER BY id DESC LIMIT 1",
                              VALUES(value_integer(inbox)), arena, read_incident, ret, error);
}

bool incidents_list(struct database *database, bool open, struct arena *arena, struct incident_list *ret,
                    struct error *error) {
    return statement_read_rows(database,
                               "SELECT " INCIDENT_COLUMNS " FROM incident WHERE state = 'open' OR NOT ? ORDER BY id",
                               VALUES(value_integer(open)), arena, read_incident, ret, error);
}

bool incidents_count_open(struct database *database, int64_t partnership, size_t *ret, struct error *error) {
    return statement_read_count(database, "SELECT count(*) FROM incident WHERE partnership = ? AND state = 'open'",
                                VALUES(value_integer(partnership)), ret, error);
}

struct mail {
    const char *bytes;
    size_t length;
};

static void read_mail(struct statement *row, struct arena *arena, void *item) {
    struct mail *mail = item;
    mail->bytes = statement_bytes(row, arena, &mail->length);
}

bool incidents_mail(struct database *database, int64_t id, struct arena *arena, const char **ret_bytes,
                    size_t *ret_length, struct error *error) {
    struct mail mail;
    if (!statement_read_row(database, "SELECT mail FROM incident WHERE id = ?", VALUES(value_integer(id)), arena,
                            read_mail, &mail, error))
        return false;
    *ret_bytes = mail.bytes;
    *ret_length = mail.length;
    return true;
}

bool incidents_decide(struct database *database, int64_t id, enum incident_state state, const struct event_cause *cause,
                      struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    auto_arena arena = arena_new();
    struct incident old;
    if (!transaction_begin(database, &transaction, error) || !incidents_find(database, id, arena, &old, error))
        return false;
    if (!old.id)
        return error_set(error, ERROR_PERMANENT, "there is no incident %lld", (long long)id);
    if (old.state != INCIDENT_OPEN)
        return error_set(error, ERROR_PERMANENT, "incident %lld is decided already: %s", (long long)id,
                         incident_state_name(old.state));
    return statement_run(database,
                         "UPDATE incident SET state = ?2, decided_at = ?3, decided_by = ?4, mail = iif(EXISTS ("
                         "SELECT 1 FROM participant WHERE id = reporter AND participant.state = 'erased'), NULL, mail)"
                         " WHERE id = ?1",
                         VALUES(value_integer(id), value_text(incident_state_name(state)), value_integer(cause->at),
                                value_text(cause->actor)),
                         error) &&
           events_append_move(database, "incident", "open", incident_state_name(state),
                              &(struct event){.inbox = old.inbox}, cause, error) &&
           transaction_commit(&transaction, error);
}

/* ---- Bans ---- */

#define BAN_KEY "ban_key"

enum { KEY_CHARACTERS = 52 /* of five bits each */ };

/* The key comes to be with the first ban; until then *RET_HASH is empty. */
static bool hash_address(struct database *database, const char *address_key, bool make, char ret_hash[HASH_HEX_SIZE],
                         struct error *error) {
    auto_arena arena = arena_new();
    const char *key;
    char made[KEY_CHARACTERS + 1];
    *ret_hash = '\0';
    if (!settings_get(database, BAN_KEY, arena, &key, error))
        return false;
    if (!key && make) {
        random_secret(made, KEY_CHARACTERS);
        if (!settings_set(database, BAN_KEY, made, error))
            return false;
        key = made;
    }
    if (key && address_key)
        hash_hmac_sha256_hex(key, strlen(key), address_key, strlen(address_key), ret_hash);
    return true;
}

bool incidents_ban(struct database *database, const char *address_key, int64_t at, struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    char hash[HASH_HEX_SIZE];
    return transaction_begin(database, &transaction, error) && hash_address(database, address_key, true, hash, error) &&
           statement_run(database, "INSERT INTO ban (hash, at) VALUES (?, ?) ON CONFLICT DO NOTHING",
                         VALUES(value_text(hash), value_integer(at)), error) &&
           transaction_commit(&transaction, error);
}

bool incidents_unban(struct database *database, const char *address_key, bool *ret_changed, struct error *error) {
    char hash[HASH_HEX_SIZE];
    size_t changed;
    if (!hash_address(database, address_key, false, hash, error) ||
        !statement_change(database, "DELETE FROM ban WHERE hash = ?", VALUES(value_text(hash)), &changed, error))
        return false;
    *ret_changed = changed != 0;
    return true;
}

bool incidents_is_banned(struct database *database, const char *address_key, bool *ret, struct error *error) {
    char hash[HASH_HEX_SIZE];
    int64_t found;
    if (!hash_address(database, address_key, false, hash, error) ||
        !statement_read_integer(database, "SELECT count(*) FROM ban WHERE hash = ?", VALUES(value_text(hash)), &found,
                                error))
        return false;
    *ret = found != 0;
    return true;
}

bool incidents_refuse_banned(struct database *database, const char *address, const char *address_key,
                             struct error *error) {
    bool banned;
    if (!incidents_is_banned(database, address_key, &banned, error))
        return false;
    return !banned || error_set(error, ERROR_PERMANENT, "the address %s may take part no more", address);
}
