#include "net/url.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

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

static bool read_handle(CURLU *handle, const char *text, struct url *ret) {
    struct url url = {0};
    char port[16] = "", user[URL_PART_SIZE];
    if (curl_url_set(handle, CURLUPART_URL, text, 0) != CURLUE_OK)
        return false;
    if (!get_part(handle, CURLUPART_SCHEME, url.scheme, sizeof url.scheme) ||
        !get_part(handle, CURLUPART_HOST, url.host, sizeof url.host) || !*url.host)
        return false;
    if (get_part(handle, CURLUPART_PORT, port, sizeof port))
        url.port = atoi(port);
    url.has_user =
        get_part(handle, CURLUPART_USER, user, sizeof user) || get_part(handle, CURLUPART_PASSWORD, user, sizeof user);
    *ret = url;
    return true;
}

bool url_read(const char *text, struct url *ret) {
    CURLU *handle = curl_url();
    bool good = handle && read_handle(handle, text, ret);
    curl_url_cleanup(handle);
    return good;
}

bool url_complete(const char *text, int port, char ret[URL_SIZE]) {
    struct url url;
    char number[16], whole[URL_SIZE];
    snprintf(number, sizeof number, "%d", port);
    CURLU *handle = curl_url();
    bool good = handle && read_handle(handle, text, &url);
    if (good && port && !url.port)
        good = curl_url_set(handle, CURLUPART_PORT, number, 0) == CURLUE_OK;
    good = good && get_part(handle, CURLUPART_URL, whole, sizeof whole);
    if (good)
        strcpy(ret, whole);
    curl_url_cleanup(handle);
    return good;
}
