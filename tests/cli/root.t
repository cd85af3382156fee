#!/usr/bin/python3
"""Goal: what root does leaves nothing behind that the service's account can't use, and can write where only root may; and
a database that is gone has one way out, told alike wherever it is missed."""
import os
import shutil
import sqlite3
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "journeys", "lib"))
import enclosed  # noqa: E402
import tap  # noqa: E402
from enclosed import CONFIGURATION, DATABASE, OWNER, run  # noqa: E402

STATE = "/var/lib/tandempost"


def strangers():
    return {path: what for path, what in enclosed.owners(STATE).items() if what[0] != OWNER or what[1] != OWNER}


def installed(t):
    """Owners and modes are those of docs/admins.md."""
    found = enclosed.owners("/etc/tandempost")
    folders = {path for path in found if os.path.isdir(path)}
    t.equal(found[CONFIGURATION], (0, OWNER, 0o640), "the configuration is root's, for the group to read")
    t.equal({found[path] for path in folders}, {(0, OWNER, 0o2775)}, "folders of templates are root's, the group writes")
    t.equal({found[path] for path in found if path not in folders | {CONFIGURATION}}, {(0, OWNER, 0o664)},
            "and so are the templates")
    t.equal(enclosed.owners(STATE), {DATABASE: (OWNER, OWNER, 0o660)}, "the database is the service's")


def backup(t, folder):
    """The copy is its caller's alone, whole or absent."""
    os.chmod(folder, 0o700)
    copy = os.path.join(folder, "x.db")
    done = run("backup", copy)
    t.equal((done.code, done.err), (0, ""), "root keeps a backup where only root may write")
    t.equal(enclosed.owners(folder), {copy: (0, 0, 0o600)}, "it is root's alone, and nothing lies beside it")
    t.equal(strangers(), {}, "and nothing in the state folder became root's")
    t.equal(run("backup", copy).code, 1, "an older one is not written over")
    t.contains(run("backup", folder + "/none/x.db").err, "none/x.db: No such file", "a folder that isn't there")
    before = enclosed.owners(folder)
    if enclosed.command("mount", "-t", "tmpfs", "-o", "size=64k,mode=755", "none", "/mnt"):
        done = run("backup", "/mnt/x.db")
        t.contains(done.err, "the disk is full", "a disk without room for it")
        t.equal((done.code, os.listdir("/mnt")), (1, []), "leaves nothing of it")
        enclosed.command("umount", "/mnt")
    t.equal(enclosed.owners(folder), before, "what failed leaves nothing behind")
    return copy


def daemon(t, folder):
    """The service started by root is the owner's, with the owner's groups, in all its processes."""
    with enclosed.Service(os.path.join(folder, "log")) as service:
        service.wait_for(lambda: '"last_fetch_at":"' in run("status", "--json").out.replace('": "', '":"'))
        service.wait_for(lambda: len(service.processes()) >= 4)
        for what, expected in (("Uid", [str(OWNER)] * 4), ("Gid", [str(OWNER)] * 4),
                               ("Groups", [str(OWNER), str(OWNER + 1)])):
            t.equal([each[what].split() for each in service.processes()], [expected] * 4, "%s of all four processes" % what)
        t.contains(service.said(), "as the user tandempost", "the log says so")
    t.equal(strangers(), {}, "what it leaves is the owner's: its lock as well")


def missing(t, copy):
    """Whatever misses it names the same two ways: the backup, or an empty one."""
    os.rename(DATABASE, DATABASE + ".elsewhere")
    begin = "tandempost init --database"
    words = "There is no database at %s." % DATABASE
    told = [" ".join((done.out + done.err).split()) for done in
            (run("check"), run("status"), run("init"), run("daemon"), run("backup", copy + ".2"))]
    restore = "install -o tandempost -g tandempost -m 660 BACKUP %s" % DATABASE
    for text, who in zip(told, ("check", "status", "init", "daemon", "backup")):
        t.ok(words in text and restore in text and begin in text, "%s names both ways" % who) or t.complain(text)
    with open(os.path.join(HERE, "..", "..", "docs", "admins.md"), encoding="utf-8") as file:
        documented = " ".join(file.read().split())
    t.ok(begin in documented and restore.replace("BACKUP", "COPY.db") in documented, "docs/admins.md as well")
    before = enclosed.owners("/etc/tandempost")
    done = run("init", "--database")
    t.equal((done.code, done.err), (0, ""), "an empty one begins")
    t.equal(enclosed.owners(STATE)[DATABASE], (OWNER, OWNER, 0o660), "and is the service's")
    t.equal(enclosed.owners("/etc/tandempost"), before, "nothing else was made")
    t.equal(run("check").code, 0, "all is well again")
    t.contains(run("init", "--database").err, "is there already", "one that is there stays")
    os.unlink(DATABASE)
    shutil.copy(copy, DATABASE)
    os.chown(DATABASE, OWNER, OWNER)
    t.equal(sqlite3.connect(DATABASE).execute("PRAGMA integrity_check").fetchone(), ("ok",), "the backup takes its place")
    t.equal(run("check").code, 0, "and is right")


def journey(t):
    if not enclosed.enter():
        t.skip("as root", "this needs root and the right to mount")
        return
    enclosed.install()
    installed(t)
    folder = "/var/lib/backups"
    os.mkdir(folder)
    copy = backup(t, folder)
    daemon(t, folder)
    missing(t, copy)


tap.run(journey)
