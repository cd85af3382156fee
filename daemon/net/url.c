#include "net/url.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

char *url_part(CURLU *url, CURLUPart part, unsigned flags) {
    char *value = NULL;
    if (curl_url_get(url, part, &value, flags) != CURLUE_OK)
        return NULL;
    char *copy = memory_copy_string(value);
    curl_free(value);
    return copy;
}

static bool get_part(CURLU *url, CURLUPart part, char *buffer, size_t size) {
    auto_string value = url_part(url, part, 0);
    bool fits = value && strlen(value) < size;
    if (fits)
        strcpy(buffer, value);
    return fits;
}

static bool read_handle(CURLU *handle, const char *plain, int plain_port, struct url *ret) {
    auto_string host = url_part(handle, CURLUPART_HOST, 0);
    auto_string port = url_part(handle, CURLUPART_PORT, 0);
    auto_string user = url_part(handle, CURLUPART_USER, 0);
    auto_string password = url_part(handle, CURLUPART_PASSWORD, 0);
    struct url url = {.has_user = user || password};
    char number[16];
    snprintf(number, sizeof number, "%d", plain_port);
    if (string_is_empty(host) || !get_part(handle, CURLUPART_SCHEME, url.scheme, sizeof url.scheme) ||
        (!port && string_equal(url.scheme, plain) && curl_url_set(handle, CURLUPART_PORT, number, 0) != CURLUE_OK) ||
        !get_part(handle, CURLUPART_URL, url.whole, sizeof url.whole))
        return false;
    *ret = url;
    return true;
}

bool url_read(const char *text, const char *plain, int plain_port, struct url *ret) {
    CURLU *handle = curl_url();
    bool good = handle && curl_url_set(handle, CURLUPART_URL, text, 0) == CURLUE_OK &&
                read_handle(handle, plain, plain_port, ret);
    curl_url_cleanup(handle);
    return good;
}
