#include "app/supervisor.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "app/instance.h"
#include "app/notify.h"
#include "app/parser.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"

enum {
    WORKERS = 2,
    /* A worker may wait long inside one bounded network operation; this is longer than all of them. */
    BEAT_LIMIT_MS = 15 * 60 * 1000,
    STOP_LIMIT_MS = 10 * 1000,
    RESTART_WAIT_MIN_MS = 1000,
    RESTART_WAIT_MOST_MS = 60 * 1000,
    STEADY_MS = 5 * 60 * 1000, /* a worker that lived so long has recovered */
};

struct worker {
    const char *name;
    supervisor_worker *function;
    pid_t pid;                             /* 0: not running */
    int fd;                                /* our end of its control line, or -1 */
    int64_t started_at, beat_at, start_at; /* monotonic milliseconds */
    int64_t restart_wait;
};

struct supervisor {
    struct configuration *configuration;
    struct parser *parser;
    struct worker workers[WORKERS];
    int signals, notify, lock;
    bool stopping, parser_lost;
    int64_t stop_by;
    sigset_t old_mask;
};

static int64_t smaller(int64_t a, int64_t b) {
    return a < b ? a : b;
}

static void start_worker(struct supervisor *supervisor, struct worker *worker) {
    int line[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, line) < 0) {
        log_error("cannot start the %s: %s", worker->name, strerror(errno));
        worker->start_at = clock_monotonic_ms() + worker->restart_wait;
        return;
    }
    pid_t parent = getpid(), pid = fork();
    if (pid == 0) {
        /* Stopping is asked for over the line, so that what is on the wire can finish; the closed line does for a
         * supervisor that was killed. */
        signal(SIGINT, SIG_IGN);
        signal(SIGTERM, SIG_IGN);
        signal(SIGHUP, SIG_IGN);
        signal(SIGPIPE, SIG_IGN);
        sigprocmask(SIG_SETMASK, &supervisor->old_mask, NULL);
        close(line[0]);
        close(supervisor->signals);
        close(supervisor->notify);
        for (size_t i = 0; i < WORKERS; i++)
            if (supervisor->workers[i].fd >= 0)
                close(supervisor->workers[i].fd);
        char title[16];
        snprintf(title, sizeof title, "tandem-%s", worker->name);
        prctl(PR_SET_NAME, title);
        log_set_name(worker->name);
        struct control control = {.fd = line[1], .stop = getppid() != parent};
        _exit(worker->function(supervisor->configuration, supervisor->parser, &control));
    }
    close(line[1]);
    if (pid < 0) {
        log_error("cannot start the %s: %s", worker->name, strerror(errno));
        close(line[0]);
        worker->start_at = clock_monotonic_ms() + worker->restart_wait;
        return;
    }
    worker->pid = pid;
    worker->fd = line[0];
    worker->started_at = worker->beat_at = clock_monotonic_ms();
}

static void worker_ended(struct supervisor *supervisor, struct worker *worker, int status) {
    int64_t now = clock_monotonic_ms();
    close(worker->fd);
    worker->fd = -1;
    worker->pid = 0;
    if (supervisor->stopping)
        return;
    if (now - worker->started_at > STEADY_MS)
        worker->restart_wait = RESTART_WAIT_MIN_MS;
    worker->start_at = now + worker->restart_wait;
    if (WIFSIGNALED(status))
        log_error("the %s was ended by signal %d; it starts again in %d seconds", worker->name, WTERMSIG(status),
                  (int)(worker->restart_wait / 1000));
    else if (WEXITSTATUS(status) != 0)
        log_error("the %s ended with status %d; it starts again in %d seconds", worker->name, WEXITSTATUS(status),
                  (int)(worker->restart_wait / 1000));
    else
        worker->start_at = now; /* asked to, for a reload */
    worker->restart_wait = smaller(2 * worker->restart_wait, RESTART_WAIT_MOST_MS);
}

static void reap(struct supervisor *supervisor) {
    for (size_t i = 0; i < WORKERS; i++) {
        struct worker *worker = &supervisor->workers[i];
        int status;
        /* By pid: the parser process is a child too, and its owner reaps it. */
        if (worker->pid > 0 && waitpid(worker->pid, &status, WNOHANG) == worker->pid)
            worker_ended(supervisor, worker, status);
    }
}

static void stop_workers(struct supervisor *supervisor) {
    for (size_t i = 0; i < WORKERS; i++)
        if (supervisor->workers[i].pid > 0)
            control_say_stop(supervisor->workers[i].fd);
}

static void reload(struct supervisor *supervisor) {
    sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld", (long long)clock_monotonic_ms() * 1000);
    struct configuration fresh = {0};
    auto_error_list errors = ERROR_LIST_EMPTY;
    if (configuration_load(supervisor->configuration->path, &fresh, &errors)) {
        if (strcmp(fresh.programme.database, supervisor->configuration->programme.database) != 0) {
            log_error("the configuration names another database now; restart the service for that. The old "
                      "configuration stays in use");
            configuration_free(&fresh);
        } else {
            log_notice("configuration read again: sender and receiver start afresh");
            configuration_free(supervisor->configuration);
            *supervisor->configuration = fresh;
            stop_workers(supervisor);
        }
    } else {
        for (size_t i = 0; i < errors.count; i++) {
            auto_string line = error_list_format(&errors.entries[i]);
            log_error("%s", line);
        }
        log_error("the configuration has errors; the old one stays in use");
    }
    sd_notify(0, "READY=1");
}

static void begin_stop(struct supervisor *supervisor) {
    sd_notify(0, "STOPPING=1");
    supervisor->stopping = true;
    supervisor->stop_by = clock_monotonic_ms() + STOP_LIMIT_MS;
    stop_workers(supervisor);
}

static void read_signals(struct supervisor *supervisor) {
    struct signalfd_siginfo info;
    while (read(supervisor->signals, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo == SIGHUP && !supervisor->stopping)
            reload(supervisor);
        if ((info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT) && !supervisor->stopping) {
            log_notice("stopping: finishing what is on the wire");
            begin_stop(supervisor);
        }
    }
}

/* Only a process that holds no secret yet may fork the parser's: a lost one takes a new start of the whole service. */
static void look_after_parser(struct supervisor *supervisor) {
    if (supervisor->stopping || parser_is_alive(supervisor->parser))
        return;
    log_error("the parser process has ended; stopping, so that the service is started anew");
    supervisor->parser_lost = true;
    begin_stop(supervisor);
}

/* Pets the watchdog only while both loops live; a worker whose loop hangs is ended and started again. */
static void watch(struct supervisor *supervisor) {
    int64_t now = clock_monotonic_ms();
    bool all_alive = true;
    for (size_t i = 0; i < WORKERS; i++) {
        struct worker *worker = &supervisor->workers[i];
        if (worker->pid == 0) {
            if (!supervisor->stopping && now >= worker->start_at)
                start_worker(supervisor, worker);
            continue;
        }
        if (now - worker->beat_at > BEAT_LIMIT_MS) {
            log_error("the %s gave no sign of life for %d minutes; it is ended and starts again", worker->name,
                      BEAT_LIMIT_MS / 60000);
            kill(worker->pid, SIGKILL);
            worker->beat_at = now;
            all_alive = false;
        }
        if (supervisor->stopping && now > supervisor->stop_by) {
            log_warning("the %s did not finish in time; it is ended. What it had on the wire will be looked at when "
                        "the service starts",
                        worker->name);
            kill(worker->pid, SIGKILL);
            supervisor->stop_by = now + STOP_LIMIT_MS;
        }
    }
    if (all_alive)
        sd_notify(0, "WATCHDOG=1");
}

static int poll_timeout(const struct supervisor *supervisor) {
    uint64_t watchdog = 0;
    int64_t now = clock_monotonic_ms(), wait = BEAT_LIMIT_MS;
    if (sd_watchdog_enabled(0, &watchdog) > 0)
        wait = smaller(wait, (int64_t)(watchdog / 3000));
    for (size_t i = 0; i < WORKERS; i++)
        if (supervisor->workers[i].pid != 0)
            wait = smaller(wait, supervisor->workers[i].beat_at + BEAT_LIMIT_MS + 1 - now);
        else if (!supervisor->stopping)
            wait = smaller(wait, supervisor->workers[i].start_at - now);
    if (supervisor->stopping)
        wait = smaller(wait, 200);
    return wait < 0 ? 0 : (int)wait;
}

/* Whoever changed the database needn't be told: a command tells both workers, a worker the other one. */
static void pass_on_changes(struct supervisor *supervisor) {
    bool by_command = notify_drain(supervisor->notify), by_worker[WORKERS] = {false};
    for (size_t i = 0; i < WORKERS; i++) {
        struct worker *worker = &supervisor->workers[i];
        if (worker->pid > 0 && control_heard(worker->fd, &by_worker[i]))
            worker->beat_at = clock_monotonic_ms();
    }
    for (size_t i = 0; i < WORKERS; i++) {
        bool changed = by_command;
        for (size_t other = 0; other < WORKERS; other++)
            changed |= other != i && by_worker[other];
        if (supervisor->workers[i].pid > 0 && changed)
            control_say_changed(supervisor->workers[i].fd);
    }
}

static void serve(struct supervisor *supervisor) {
    for (;;) {
        struct pollfd polls[2 + WORKERS] = {{supervisor->signals, POLLIN, 0}, {supervisor->notify, POLLIN, 0}};
        for (size_t i = 0; i < WORKERS; i++)
            polls[2 + i] = (struct pollfd){supervisor->workers[i].fd, POLLIN, 0};
        poll(polls, COUNT_OF(polls), poll_timeout(supervisor));
        bool running = false;
        pass_on_changes(supervisor);
        read_signals(supervisor);
        reap(supervisor);
        look_after_parser(supervisor);
        watch(supervisor);
        for (size_t i = 0; i < WORKERS; i++)
            running |= supervisor->workers[i].pid > 0;
        if (supervisor->stopping && !running)
            return;
    }
}

bool supervisor_run(struct configuration *configuration, struct parser *parser, supervisor_worker *sender,
                    supervisor_worker *receiver, struct error *error) {
    struct supervisor supervisor = {
        .configuration = configuration, .parser = parser, .signals = -1, .notify = -1, .lock = -1};
    supervisor.workers[0] =
        (struct worker){.name = "sender", .function = sender, .fd = -1, .restart_wait = RESTART_WAIT_MIN_MS};
    supervisor.workers[1] =
        (struct worker){.name = "receiver", .function = receiver, .fd = -1, .restart_wait = RESTART_WAIT_MIN_MS};
    if (!instance_lock(configuration->programme.database, &supervisor.lock, error))
        return false;
    if (!notify_open_receiver(configuration->programme.database, &supervisor.notify, error)) {
        close(supervisor.lock);
        return false;
    }
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGTERM);
    sigaddset(&mask, SIGINT);
    sigaddset(&mask, SIGHUP);
    sigaddset(&mask, SIGCHLD);
    sigprocmask(SIG_BLOCK, &mask, &supervisor.old_mask);
    supervisor.signals = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
    require(supervisor.signals >= 0);
    for (size_t i = 0; i < WORKERS; i++)
        start_worker(&supervisor, &supervisor.workers[i]);
    sd_notify(0, "READY=1\nSTATUS=sending and receiving");
    serve(&supervisor);
    notify_close_receiver(configuration->programme.database, supervisor.notify);
    close(supervisor.signals);
    close(supervisor.lock);
    sigprocmask(SIG_SETMASK, &supervisor.old_mask, NULL);
    log_notice("stopped");
    if (supervisor.parser_lost)
        return error_set(error, ERROR_TEMPORARY,
                         "the parser process was lost: systemd starts the service again; elsewhere do it by hand");
    return true;
}
