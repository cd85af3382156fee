#include "app/notify.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"

/* The folder that the unit and tmpfiles make; both the daemon and commands of the group can use it. */
#define RUNTIME_DIRECTORY "/run/tandempost"

/* One socket a database, so that several programmes on one machine don't wake each other. Without the runtime directory
 * (rehearsals, first steps in a home directory) it stands beside the database. */
static bool socket_address(const char *database, struct sockaddr_un *ret) {
    char whole[PATH_MAX], hash[HASH_HEX_SIZE];
    const char *real = realpath(database, whole) ? whole : database;
    auto_text path = TEXT_EMPTY;
    if (access(RUNTIME_DIRECTORY, W_OK | X_OK) == 0) {
        hash_sha256_hex(real, strlen(real), hash);
        text_append_format(&path, "%s/%.16s.socket", RUNTIME_DIRECTORY, hash);
    } else {
        text_append_format(&path, "%s-wake", real);
    }
    *ret = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (path.length >= sizeof ret->sun_path)
        return false;
    memcpy(ret->sun_path, text_string(&path), path.length + 1);
    return true;
}

static int new_socket(void) {
    return socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

static bool somebody_listens(const struct sockaddr_un *address) {
    int probe = new_socket();
    if (probe < 0)
        return false;
    bool listens = connect(probe, (const struct sockaddr *)address, sizeof *address) == 0;
    close(probe);
    return listens;
}

bool notify_open_receiver(const char *database, int *ret, struct error *error) {
    struct sockaddr_un address;
    if (!socket_address(database, &address))
        return error_set(error, ERROR_CONFIGURATION,
                         "The path of the database, %s, is too long for a socket beside it.", database);
    if (somebody_listens(&address))
        return error_set(error, ERROR_CONFIGURATION,
                         "Another tandempost daemon serves %s already (it listens on %s). There must be just one.",
                         database, address.sun_path);
    int receiver = new_socket();
    if (receiver < 0)
        return error_set(error, ERROR_TEMPORARY, "Can't make a socket: %s.", strerror(errno));
    unlink(address.sun_path);
    mode_t before = umask(0117); /* the owner and the group may write: commands run by coordinators */
    int failed = bind(receiver, (const struct sockaddr *)&address, sizeof address);
    int why = errno;
    umask(before);
    if (failed) {
        close(receiver);
        return error_set(error, ERROR_TEMPORARY, "Can't listen on %s: %s.", address.sun_path, strerror(why));
    }
    *ret = receiver;
    return true;
}

bool notify_drain(int receiver) {
    char byte;
    bool any = false;
    while (recv(receiver, &byte, sizeof byte, MSG_DONTWAIT) >= 0)
        any = true;
    return any;
}

void notify_close_receiver(const char *database, int receiver) {
    struct sockaddr_un address;
    if (receiver < 0)
        return;
    if (socket_address(database, &address))
        unlink(address.sun_path);
    close(receiver);
}

bool notify_send(const char *database) {
    struct sockaddr_un address;
    if (!socket_address(database, &address))
        return false;
    int sender = new_socket();
    if (sender < 0)
        return false;
    /* A full queue means that the daemon has been told and hasn't looked yet. */
    bool heard =
        sendto(sender, "", 0, MSG_NOSIGNAL, (const struct sockaddr *)&address, sizeof address) == 0 || errno == EAGAIN;
    close(sender);
    return heard;
}
