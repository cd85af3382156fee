#include "store/contacts.h"

#include "store/statement.h"

static void read_contact(struct statement *row, struct arena *arena, void *item) {
    (void)arena;
    struct contact *contact = item;
    contact->id = statement_integer(row);
    contact->partnership = statement_integer(row);
    contact->participant = statement_integer(row);
    contact->at = statement_integer(row);
    statement_word(row, model_find_contact_channel, &contact->channel);
    contact->inbox = statement_integer(row);
}

bool contacts_add(struct database *database, const struct contact *contact, int64_t *ret_id, struct error *error) {
    return statement_insert(
        database, "INSERT INTO contact (partnership, participant, at, channel, inbox) VALUES (?, ?, ?, ?, ?)",
        VALUES(value_integer(contact->partnership), value_id(contact->participant), value_integer(contact->at),
               value_text(contact_channel_name(contact->channel)), value_id(contact->inbox)),
        ret_id, error);
}

bool contacts_list(struct database *database, int64_t partnership, struct arena *arena, struct contact_list *ret,
                   struct error *error) {
    struct statement_list list;
    if (!statement_read_list(database,
                             "SELECT id, partnership, participant, at, channel, inbox FROM contact WHERE partnership = "
                             "? ORDER BY at, id",
                             VALUES(value_integer(partnership)), arena, read_contact, sizeof *ret->items, &list, error))
        return false;
    *ret = (struct contact_list){list.items, list.count};
    return true;
}

bool contacts_last(struct database *database, int64_t partnership, int64_t *ret, struct error *error) {
    return statement_read_integer(database, "SELECT max(at) FROM contact WHERE partnership = ?",
                                  VALUES(value_integer(partnership)), ret, error);
}
