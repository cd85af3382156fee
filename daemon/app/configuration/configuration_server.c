#include "app/configuration/configuration_server.h"

#include <string.h>

#include "app/configuration/configuration_value.h"
#include "base/text.h"
#include "net/url.h"

struct server {
    const char *plain, *encrypted; /* schemes */
    const char *example;
    int plain_port; /* where a URL of the plain scheme names none */
    const char **url, **maildir;
    const char *user;
    enum tls_policy tls;
};

static const char *read_server_url(struct configuration_loading *loading, const struct file_section *section,
                                   const struct server *server, const char *text) {
    struct url url;
    char whole[URL_SIZE];
    bool encrypted = false, plain = false;
    if (url_read(text, &url)) {
        plain = string_equal(url.scheme, server->plain);
        encrypted = string_equal(url.scheme, server->encrypted);
    }
    if ((!plain && !encrypted) || !url_complete(text, plain ? server->plain_port : 0, whole)) {
        configuration_loading_fault(loading, section, "url",
                                    "\"%s\" must begin with %s://, %s:// or maildir: and name a host, such as \"%s\".",
                                    text, server->encrypted, server->plain, server->example);
        return NULL;
    }
    if (url.has_user)
        configuration_loading_fault(
            loading, section, "url",
            "No user and no password stand in the URL; there are options of their own for them.");
    if (server->tls == TLS_NONE && encrypted)
        configuration_loading_fault(loading, section, "tls",
                                    "%s:// is always encrypted: take this line out, or write %s://.", server->encrypted,
                                    server->plain);
    return arena_copy_string(loading->arena, whole);
}

static void read_url(struct configuration_loading *loading, const struct file_section *section,
                     const struct server *server) {
    const struct file_option *option = configuration_file_option(section, "url");
    if (!option || option->count != 1 || string_is_empty(option->values[0]))
        return;
    const char *text = option->values[0];
    if (string_starts_with(text, "maildir:")) {
        const char *path = text + strlen("maildir:");
        if (!*path)
            configuration_loading_fault(loading, section, "url",
                                        "After maildir: the path of a folder is missing, such as "
                                        "maildir:/var/lib/tandempost/post-office.");
        else
            *server->maildir = configuration_value_absolute(option, path, loading->arena);
        return;
    }
    *server->url = read_server_url(loading, section, server, text);
}

static void check_login(struct configuration_loading *loading, const struct file_section *section,
                        const struct server *server) {
    size_t secrets = 0;
    const char *last = NULL;
    for (size_t i = 0; i < section->count; i++)
        if (section->options[i].spec->type == OPTION_SECRET) {
            secrets++;
            last = section->options[i].spec->name;
        }
    if (secrets > 1)
        configuration_loading_fault(loading, section, last,
                                    "The password comes from one place only; there are %zu here.", secrets);
    if (*server->maildir || !loading->file.complete)
        return;
    if (server->user && !secrets)
        configuration_loading_fault(
            loading, section, "user",
            "A user needs a password: add password_credential, password_file, password_command or "
            "oauth2_token_command.");
    if (!server->user && secrets)
        configuration_loading_fault(loading, section, last, "A password needs a user: add user = \"...\".");
}

void configuration_server_read_outgoing(struct configuration_loading *loading) {
    struct outgoing_settings *outgoing = &loading->configuration->outgoing;
    const struct file_section *section = configuration_loading_only(loading, "outgoing", false);
    if (!section)
        return;
    configuration_loading_read(loading, section, outgoing);
    struct server server = {.plain = "smtp",
                            .encrypted = "smtps",
                            .example = "smtps://mail.example.org",
                            .plain_port = 587,
                            .url = &outgoing->url,
                            .maildir = &outgoing->maildir,
                            .user = outgoing->user,
                            .tls = outgoing->tls};
    read_url(loading, section, &server);
    check_login(loading, section, &server);
}

void configuration_server_read_incoming(struct configuration_loading *loading) {
    struct incoming_settings *incoming = &loading->configuration->incoming;
    const struct file_section *section = configuration_loading_only(loading, "incoming", false);
    if (!section)
        return;
    configuration_loading_read(loading, section, incoming);
    struct server server = {.plain = "imap",
                            .encrypted = "imaps",
                            .example = "imaps://mail.example.org/INBOX",
                            .plain_port = 143,
                            .url = &incoming->url,
                            .maildir = &incoming->maildir,
                            .user = incoming->user,
                            .tls = incoming->tls};
    read_url(loading, section, &server);
    check_login(loading, section, &server);
    if (incoming->url && !incoming->user && loading->file.complete)
        configuration_loading_fault(loading, section, NULL, "\"user\" is missing: every IMAP server wants a login.");
    if (!configuration_file_option(section, "after"))
        incoming->after = incoming->done_folder ? AFTER_MOVE : AFTER_FLAG;
    else if (incoming->done_folder && incoming->after != AFTER_MOVE)
        configuration_loading_fault(loading, section, "done_folder",
                                    "Only after = \"move\" uses a folder; take one of the two lines out.");
    if (incoming->after == AFTER_MOVE && !incoming->done_folder)
        incoming->done_folder = "Handled";
}
