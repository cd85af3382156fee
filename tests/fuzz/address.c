/* One address, and tags in addresses there and back. */
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "mail/message/address.h"

void fuzz_prepare(void) {
}

static void check_tag(const struct address_scheme *scheme, char purpose, const char *value) {
    char address[ADDRESS_SIZE];
    struct error error = ERROR_INIT;
    struct address_tag tag;
    if (!address_with_tag(scheme, purpose, value, address, &error)) {
        check(error.class == ERROR_CONFIGURATION);
        return;
    }
    check(strlen(address) < ADDRESS_SIZE);
    check(address_find_tag(address, scheme, &tag));
    check(tag.purpose == purpose && strcmp(tag.value, value) == 0);
    /* Mail systems fold case. */
    for (char *letter = address; *letter; letter++)
        if (*letter >= 'a' && *letter <= 'z')
            *letter = (char)(*letter - 'a' + 'A');
    check(address_find_tag(address, scheme, &tag) && tag.purpose == purpose && strcmp(tag.value, value) == 0);
}

static void check_tags(const char *programme) {
    static const char separators[] = {'+', '-', '='}, purposes[] = {'r', 'b', 'p', 'u'};
    for (size_t i = 0; i < COUNT_OF(separators); i++) {
        const struct address_scheme scheme = {programme, separators[i]};
        check_tag(&scheme, 0, "join");
        check_tag(&scheme, purposes[i], "abcdefghijklmnop");
        check_tag(&scheme, purposes[i + 1], "aaaaaaaabbbbbbbbccccccccddddddddeeeeeeeeffffffff2345");
    }
}

static void check_found(const char *address, const struct address_scheme *scheme) {
    struct address_tag tag;
    if (!address_find_tag(address, scheme, &tag))
        return;
    size_t length = strlen(tag.value);
    if (tag.purpose)
        check(strchr("rbpu", tag.purpose) && length >= ADDRESS_SECRET_MIN && length <= ADDRESS_SECRET_MAX &&
              strspn(tag.value, "abcdefghijklmnopqrstuvwxyz234567") == length);
    else
        check(strcmp(tag.value, "join") == 0 || strcmp(tag.value, "help") == 0 || strcmp(tag.value, "report") == 0);
}

static void check_parsed(const struct address *address) {
    struct address again;
    struct error error = ERROR_INIT;
    size_t length = strlen(address->text);
    fuzz_check_line(address->text);
    check(length > address->local_length && address->text[address->local_length] == '@');
    check(address->local_length <= ADDRESS_LOCAL_MAX);
    for (const char *letter = address->text + address->local_length; *letter; letter++)
        check((unsigned char)*letter < 128 && (*letter < 'A' || *letter > 'Z'));
    check(address_parse(address->text, &again, &error));
    check(strcmp(again.text, address->text) == 0 && again.local_length == address->local_length &&
          again.international == address->international);
    check_tags(address->text);
}

void fuzz_try(const char *bytes, size_t length) {
    static const struct address_scheme schemes[] = {
        {"iln@example.org", '+'}, {NULL, '+'}, {NULL, 0}, {"@iln.example.org", 0}};
    auto_string typed = fuzz_string(bytes, length);
    struct address address;
    struct error error = ERROR_INIT;
    if (address_parse(typed, &address, &error))
        check_parsed(&address);
    else
        check(error.class == ERROR_PERMANENT && *error.message);
    for (size_t i = 0; i < COUNT_OF(schemes); i++)
        check_found(typed, &schemes[i]);
    check_found(address_domain(typed), &schemes[0]);
    auto_string key = address_key(typed);
    auto_string key_of_key = address_key(key);
    check(strcmp(key, key_of_key) == 0);
}
