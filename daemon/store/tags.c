#include "store/tags.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/random.h"
#include "base/text.h"
#include "store/connection.h"
#include "store/settings.h"
#include "store/statement.h"
#include "store/transaction.h"

#define TAG_COLUMNS "secret, purpose, participant, partnership, outbox"
#define SETTING_TAG_KEY "tag_key"

/* A secret is a proof of 60 bits, then the number that it proves, in as many digits as that has, but at least 4. */
enum { PROOF_LENGTH = 12, NUMBER_LENGTH_LEAST = 4, NUMBER_LENGTH_MOST = 13 };

static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";

bool tags_prepare(struct database *database, bool create, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    char made[CONNECTION_KEY_LENGTH + 1];
    const char *key = NULL;
    if (!settings_get(database, SETTING_TAG_KEY, arena, &key, error))
        return false;
    if (!key && create) {
        random_secret(made, CONNECTION_KEY_LENGTH);
        if (!transaction_begin(database, &transaction, error) ||
            !settings_get(database, SETTING_TAG_KEY, arena, &key, error) || /* another one may have been faster */
            (!key && !settings_set(database, SETTING_TAG_KEY, made, error)) || !transaction_commit(&transaction, error))
            return false;
        key = key ? key : made;
    }
    snprintf(database->tag_key, sizeof database->tag_key, "%s", key ? key : "");
    return true;
}

bool tags_renew(struct database *database, struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    return transaction_begin(database, &transaction, error) && settings_remove(database, SETTING_TAG_KEY, error) &&
           statement_run(database, "DELETE FROM tag", NO_VALUES, error) && tags_prepare(database, true, error) &&
           transaction_commit(&transaction, error);
}

/* ---- Proven by the key ---- */

static void append_number(struct text *secret, int64_t number) {
    char reversed[NUMBER_LENGTH_MOST];
    size_t length = 0;
    for (uint64_t left = (uint64_t)number; left || length < NUMBER_LENGTH_LEAST; left >>= 5)
        reversed[length++] = digits[left & 31];
    while (length > 0)
        text_append_char(secret, reversed[--length]);
}

static void append_secret(const struct database *database, char purpose, int64_t number, struct text *secret) {
    char named[32], proof[HASH_HEX_SIZE];
    snprintf(named, sizeof named, "%c%lld", purpose, (long long)number);
    hash_hmac_sha256_hex(database->tag_key, strlen(database->tag_key), named, strlen(named), proof);
    for (size_t i = 0; i < PROOF_LENGTH; i++) {
        char byte[] = {proof[2 * i], proof[2 * i + 1], '\0'};
        text_append_char(secret, digits[strtoul(byte, NULL, 16) & 31]);
    }
    append_number(secret, number);
}

/* The number that SECRET proves; 0: none. */
static int64_t proven_number(const struct database *database, char purpose, const char *secret) {
    size_t length = strlen(secret);
    auto_text right = TEXT_EMPTY;
    uint64_t number = 0;
    if (!database->tag_key[0] || length < PROOF_LENGTH + NUMBER_LENGTH_LEAST ||
        length >= PROOF_LENGTH + NUMBER_LENGTH_MOST)
        return 0;
    for (const char *next = secret + PROOF_LENGTH; *next; next++) {
        const char *digit = strchr(digits, *next);
        if (!digit)
            return 0;
        number = number << 5 | (uint64_t)(digit - digits);
    }
    append_secret(database, purpose, (int64_t)number, &right);
    return string_equal(text_string(&right), secret) ? (int64_t)number : 0;
}

static bool is_proven(char purpose) {
    return purpose == 'r' || purpose == 'b' || purpose == 'u';
}

#define PROVEN(FIRST, COLUMN) FIRST(participant) COLUMN(outbox)
STATEMENT_READER(read_proven, struct tag, PROVEN)

/* Tags of people who were erased act no more. */
static bool find_proven(struct database *database, char purpose, const char *secret, struct arena *arena,
                        struct tag *ret, struct error *error) {
    int64_t number = proven_number(database, purpose, secret);
    struct tag tag = {0};
    if (number == 0)
        return true;
    if (!(purpose == 'u'
              ? statement_read_row(database, "SELECT id, NULL FROM participant WHERE id = ? AND state <> 'erased'",
                                   VALUES(value_integer(number)), arena, read_proven, &tag, error)
              : statement_read_row(
                    database,
                    "SELECT participant, id FROM outbox WHERE id = ? AND NOT EXISTS (SELECT 1 FROM participant"
                    " WHERE participant.id = outbox.participant AND participant.state = 'erased')",
                    VALUES(value_integer(number)), arena, read_proven, &tag, error)))
        return false;
    if (tag.participant || tag.outbox) {
        tag.purpose = purpose;
        tag.secret = arena_copy_string(arena, secret);
    }
    *ret = tag;
    return true;
}

/* ---- Rows ---- */

static void read_tag(struct statement *row, struct arena *arena, void *item) {
    struct tag *tag = item;
    tag->secret = statement_text(row, arena);
    tag->purpose = statement_borrowed_text(row)[0];
    tag->participant = statement_integer(row);
    tag->partnership = statement_integer(row);
    tag->outbox = statement_integer(row);
}

bool tags_find(struct database *database, char purpose, const char *secret, struct arena *arena, struct tag *ret,
               struct error *error) {
    const char word[] = {purpose, '\0'};
    if (!statement_read_row(database, "SELECT " TAG_COLUMNS " FROM tag WHERE secret = ? AND purpose = ?",
                            VALUES(value_text(secret), value_text(word)), arena, read_tag, ret, error))
        return false;
    return ret->secret || !is_proven(purpose) || find_proven(database, purpose, secret, arena, ret, error);
}

static bool find_or_create_row(struct database *database, const struct tag *wanted, struct arena *arena,
                               struct tag *ret, struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    struct tag tag;
    if (!transaction_begin(database, &transaction, error) ||
        !statement_read_row(
            database, "SELECT " TAG_COLUMNS " FROM tag WHERE participant = ? AND partnership = ? AND purpose = 'p'",
            VALUES(value_integer(wanted->participant), value_integer(wanted->partnership)), arena, read_tag, &tag,
            error))
        return false;
    if (!tag.secret) {
        if (!statement_run(
                database, "INSERT INTO tag (" TAG_COLUMNS ") VALUES (?, 'p', ?, ?, NULL)",
                VALUES(value_text(wanted->secret), value_id(wanted->participant), value_id(wanted->partnership)),
                error))
            return false;
        tag = *wanted;
        tag.secret = arena_copy_string(arena, wanted->secret);
    }
    if (!transaction_commit(&transaction, error))
        return false;
    *ret = tag;
    return true;
}

bool tags_find_or_create(struct database *database, const struct tag *wanted, struct arena *arena, struct tag *ret,
                         struct error *error) {
    if (!is_proven(wanted->purpose))
        return find_or_create_row(database, wanted, arena, ret, error);
    auto_text secret = TEXT_EMPTY;
    require(database->tag_key[0]);
    append_secret(database, wanted->purpose, wanted->purpose == 'u' ? wanted->participant : wanted->outbox, &secret);
    *ret = *wanted;
    ret->secret = arena_copy_bytes(arena, text_string(&secret), secret.length);
    return true;
}
