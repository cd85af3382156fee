#!/usr/bin/python3
"""A small writer of the Test Anything Protocol, so that `prove` can run journeys written in Python.

    def journey(tap):
        tap.ok(1 + 1 == 2, "numbers still add up")

    tap.run(journey)
"""
import sys
import traceback


class Tap:
    def __init__(self, out=None):
        self.out = out or sys.stdout
        self.count = 0
        self.failed = 0

    def _write(self, line):
        self.out.write(line + "\n")
        self.out.flush()

    def note(self, text):
        """Writes TEXT as diagnostics, shown by `prove -v` only."""
        for line in str(text).splitlines() or [""]:
            self._write("# " + line)

    def complain(self, text):
        """Writes TEXT as diagnostics on stderr, shown always."""
        for line in str(text).splitlines() or [""]:
            sys.stderr.write("# " + line + "\n")
        sys.stderr.flush()

    def ok(self, condition, name):
        """One check. Returns whether it held, so that a caller can add diagnostics."""
        self.count += 1
        name = " ".join(str(name).split()).replace("#", "\\#")
        self._write("%s %d - %s" % ("ok" if condition else "not ok", self.count, name))
        if not condition:
            self.failed += 1
            caller = traceback.extract_stack(limit=3)
            place = [frame for frame in caller if frame.filename != __file__]
            if place:
                self.complain("Failed: %s (%s line %d)" % (name, place[-1].filename, place[-1].lineno))
        return bool(condition)

    def equal(self, got, expected, name):
        """Checks that GOT is EXPECTED, and shows both where it isn't."""
        if not self.ok(got == expected, name):
            self.complain("     got: %r\nexpected: %r" % (got, expected))
            return False
        return True

    def contains(self, text, part, name):
        """Checks that PART is in TEXT, and shows the text where it isn't."""
        if not self.ok(part in text, name):
            self.complain("looked for: %r\n        in: %r" % (part, text))
            return False
        return True

    def skip(self, name, reason):
        self.count += 1
        self._write("ok %d - %s # SKIP %s" % (self.count, name, reason))

    def finish(self):
        """Writes the plan and returns the exit status."""
        self._write("1..%d" % self.count)
        return 1 if self.failed or self.count == 0 else 0


def run(journey):
    """Runs JOURNEY(tap) and ends the process: 0 when all checks held, 1 when some failed, 255 when it broke off. What is
    still running is stopped by the `with` blocks on the way out."""
    tap = Tap()
    try:
        journey(tap)
    except KeyboardInterrupt:
        tap._write("Bail out! interrupted")
        sys.exit(255)
    except BaseException as problem:  # SystemExit too: a journey that leaves early did not pass
        tap.complain(traceback.format_exc())
        tap.ok(False, "broke off: %s: %s" % (type(problem).__name__, " ".join(str(problem).split())[:300]))
        sys.exit(255)
    sys.exit(tap.finish())
