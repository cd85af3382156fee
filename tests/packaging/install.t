#!/usr/bin/python3
"""What `make install` and `make uninstall` do, and what the unit files promise."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests/journeys/lib"))
import machine
import tap

BUILD = os.path.dirname(os.path.abspath(os.path.join(ROOT, os.environ.get("TANDEMPOST", "build/tandempost"))))
EXPOSURE_MOST = 1.5


def run(*command, **options):
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=machine.PATIENCE,
                          **options)


def make(target, folder, prefix):
    return run("make", "-s", target, "BUILD=" + BUILD, "DESTDIR=" + folder, "PREFIX=" + prefix)


def files(folder):
    return {os.path.relpath(os.path.join(place, name), folder) for place, _, names in os.walk(folder) for name in names}


def installing(tap, folder, prefix):
    """Everything goes below DESTDIR and PREFIX; uninstall takes just that away again."""
    own = ["etc/tandempost/tandempost.conf", "var/lib/tandempost/tandempost.db",
           prefix[1:] + "/share/tandempost/templates/de/welcome.md"]
    done = make("install", folder, prefix)
    tap.equal(done.returncode, 0, "make install PREFIX=%s" % prefix) or tap.complain(done.stdout)
    installed = files(folder)
    for name in ("bin/tandempost", "share/man/man1/tandempost.1", "share/man/man5/tandempost.conf.5",
                 "share/bash-completion/completions/tandempost", "lib/systemd/system/tandempost.service",
                 "lib/systemd/system/tandempost@.service", "lib/sysusers.d/tandempost.conf",
                 "lib/tmpfiles.d/tandempost.conf", "share/doc/tandempost/examples/tandempost.conf",
                 "share/tandempost/templates/en/introduction.md"):
        tap.ok(prefix[1:] + "/" + name in installed, "%s/%s is there" % (prefix, name))
    tap.equal({name for name in installed if not name.startswith(prefix[1:] + "/")}, set(),
              "nothing is put outside of %s" % prefix)
    tap.equal(run(folder + prefix + "/bin/tandempost", "version").returncode, 0, "the installed program runs")
    for unit in ("tandempost.service", "tandempost@.service"):
        with open(folder + prefix + "/lib/systemd/system/" + unit) as text:
            tap.contains(text.read(), "ExecStart=%s/bin/tandempost " % prefix, "%s starts it from there" % unit)
    for name in own:
        os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
        open(os.path.join(folder, name), "w").close()
    done = make("uninstall", folder, prefix)
    tap.equal(done.returncode, 0, "make uninstall PREFIX=%s" % prefix) or tap.complain(done.stdout)
    tap.equal(files(folder), set(own), "only what was not installed is left: configuration, state, own templates")


def units(tap, folder):
    """systemd understands the units and finds them well confined."""
    if not shutil.which("systemd-analyze"):
        tap.skip("the units", "there is no systemd-analyze here")
        return
    make("install", folder, "/usr")
    for unit in ("tandempost.service", "tandempost@.service"):
        source = folder + "/usr/lib/systemd/system/" + unit
        done = run("systemd-analyze", "security", "--offline=true", "--no-pager", source)
        level = re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)
        tap.ok(level and float(level.group(1)) <= EXPOSURE_MOST,
               "%s has an exposure level of at most %s: %s" % (unit, EXPOSURE_MOST, level and level.group(1)))
        with open(source) as text:
            content = text.read()
        # systemd looks for the program, and man for its pages, on this machine.
        content = re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", content)
        content = re.sub(r"(?m)^Documentation=.*\n", "", content)
        place = os.path.join(folder, unit.replace("@.", "@iln."))
        with open(place, "w") as text:
            text.write(content)
        done = run("systemd-analyze", "verify", "--man=no", place)
        tap.equal((done.returncode, done.stdout), (0, ""), "systemd-analyze finds no fault with %s" % unit)


def accounts(tap, folder):
    """The account and the folders have the modes that commands and service rely on."""
    if not shutil.which("systemd-sysusers") or os.geteuid() != 0:
        tap.skip("the account", "this needs root and systemd-sysusers")
        return
    os.makedirs(folder + "/etc")
    make("install", folder, "/usr")
    done = run("systemd-sysusers", "--root=" + folder, "tandempost.conf")
    with open(folder + "/etc/passwd") as text:
        user = [line.split(":") for line in text.read().splitlines() if line.startswith("tandempost:")]
    tap.equal(len(user), 1, "the account is made") or tap.complain(done.stdout)
    done = run("systemd-tmpfiles", "--root=" + folder, "--create", "tandempost.conf")
    for name, mode, owned in (("/var/lib/tandempost", 0o2770, True), ("/run/tandempost", 0o2770, True),
                              ("/etc/tandempost", 0o755, False), ("/etc/tandempost/templates", 0o2775, False),
                              ("/etc/credstore", 0o700, False)):
        status = os.stat(folder + name)
        tap.equal("%o" % (status.st_mode & 0o7777), "%o" % mode, "%s has mode %o" % (name, mode))
        tap.equal(status.st_uid, int(user[0][2]) if owned else 0, "%s belongs to whom it should" % name)


def journey(tap):
    with tempfile.TemporaryDirectory(prefix="tandempost-install-") as folder:
        for prefix in ("/usr", "/usr/local", "/opt/tandem post".replace(" ", "")):
            installing(tap, folder + "/" + prefix.replace("/", "-"), prefix)
        units(tap, folder + "/units")
        accounts(tap, folder + "/accounts")


tap.run(journey)
