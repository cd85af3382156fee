"""A machine of the test's own, as far as files go: in a mount namespace, with /etc and /var/lib that nobody else sees and
the service's account in them. It ends with the process.

    if enclosed.enter():
        done = enclosed.run("init")                    # as root; done.code, done.out, done.err
"""
import ctypes
import os
import signal
import subprocess
import tempfile

from trial import BINARY, Daemon, Done

NEW_MOUNTS = 0x00020000
CONFIGURATION, DATABASE = "/etc/tandempost/tandempost.conf", "/var/lib/tandempost/tandempost.db"
OWNER = 64999
ENVIRONMENT = {key: value for key, value in os.environ.items()
               if key not in ("TANDEMPOST_CONFIG", "CREDENTIALS_DIRECTORY", "SUDO_USER")} | {"LC_ALL": "C.UTF-8"}


def command(*words):
    return subprocess.run(words, capture_output=True).returncode == 0


def enter():
    """False where this needs a right that the process lacks."""
    if os.geteuid() != 0 or ctypes.CDLL(None).unshare(NEW_MOUNTS) != 0 or not command("mount", "--make-rprivate", "/"):
        return False
    copy = tempfile.mkdtemp(prefix="cli-")
    if not command("mount", "-t", "tmpfs", "-o", "mode=755", "none", copy):
        os.rmdir(copy)
        return False
    assert command("cp", "-a", "/etc", copy + "/etc")
    for name, line in (("passwd", "tandempost:x:%d:%d::/var/lib/tandempost:/usr/sbin/nologin\n" % (OWNER, OWNER)),
                       ("group", "tandempost:x:%d:\nmailreaders:x:%d:tandempost\n" % (OWNER, OWNER + 1))):
        with open(copy + "/etc/" + name, "a") as file:
            file.write(line)
    assert command("mount", "--bind", copy + "/etc", "/etc")
    assert command("mount", "-t", "tmpfs", "-o", "mode=755", "none", "/var/lib")
    command("umount", "-l", copy)
    os.rmdir(copy)
    return True


def run(*arguments, **options):
    return Done(subprocess.run([BINARY, *arguments], capture_output=True, encoding="utf-8", timeout=120, env=ENVIRONMENT,
                               stdin=subprocess.DEVNULL, **options))


def install():
    """What the packaging's tmpfiles and `init` make, with mail in the embedded post office."""
    os.makedirs("/var/lib/tandempost", exist_ok=True)
    os.chown("/var/lib/tandempost", OWNER, OWNER)
    os.chmod("/var/lib/tandempost", 0o2770)
    done = run("init")
    assert done.code == 0, done.err
    with open(CONFIGURATION, encoding="utf-8") as file:
        text = file.read()
    for url in ('"smtps://mail.example.org"', '"imaps://mail.example.org/INBOX"'):
        assert url in text
        text = text.replace(url, '"maildir:/var/lib/tandempost/post-office"')
    for name in ("smtp", "imap"):
        text = text.replace('user = "friends@example.org"\n    password_credential = "%s-password"' % name, "")
    with open(CONFIGURATION, "w", encoding="utf-8") as file:
        file.write(text)


def owners(folder):
    """(owner, group, mode) of everything below FOLDER that is there once."""
    found = {}
    for place, folders, files in os.walk(folder):
        for name in folders + files:
            try:
                status = os.lstat(os.path.join(place, name))
            except FileNotFoundError:
                continue
            found[os.path.join(place, name)] = (status.st_uid, status.st_gid, status.st_mode & 0o7777)
    return found


class Service:
    """The service as root starts it, its log in LOG, for as long as a `with` block."""

    def __init__(self, log):
        self.log = log

    def __enter__(self):
        with open(self.log, "w") as log:
            self.process = subprocess.Popen([BINARY, "daemon"], env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log)
        return self

    def __exit__(self, *unused):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)

    def said(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def processes(self):
        """The status of each of its processes."""
        found, seen = [], [self.process.pid]
        while seen:
            pid = seen.pop()
            try:
                with open("/proc/%d/status" % pid) as status:
                    found.append(dict(line.rstrip("\n").split(":\t", 1) for line in status if ":\t" in line))
                with open("/proc/%d/task/%d/children" % (pid, pid)) as children:
                    seen += [int(child) for child in children.read().split()]
            except OSError:
                pass
        return found

    wait_for = staticmethod(Daemon.wait_for)
