#include "store/contacts.h"

#include "store/statement.h"

#define CONTACT(FIRST, COLUMN)                                                                                         \
    FIRST(id) COLUMN(partnership) COLUMN(participant) COLUMN(at) COLUMN(channel) COLUMN(inbox)
STATEMENT_READER(read_contact, struct contact, CONTACT)

bool contacts_add(struct database *database, const struct contact *contact, int64_t *ret_id, struct error *error) {
    return statement_insert(
        database, "INSERT INTO contact (partnership, participant, at, channel, inbox) VALUES (?, ?, ?, ?, ?)",
        VALUES(value_integer(contact->partnership), value_id(contact->participant), value_integer(contact->at),
               value_text(contact_channel_name(contact->channel)), value_id(contact->inbox)),
        ret_id, error);
}

bool contacts_list(struct database *database, int64_t partnership, struct arena *arena, struct contact_list *ret,
                   struct error *error) {
    return statement_read_rows(
        database, "SELECT " STATEMENT_COLUMNS(CONTACT) " FROM contact WHERE partnership = ? ORDER BY at, id",
        VALUES(value_integer(partnership)), arena, read_contact, ret, error);
}

bool contacts_last(struct database *database, int64_t partnership, int64_t *ret, struct error *error) {
    return statement_read_integer(database, "SELECT max(at) FROM contact WHERE partnership = ?",
                                  VALUES(value_integer(partnership)), ret, error);
}
