"""Runs a command on a terminal of its own, and prints what it wrote there and its exit status.

  terminal.py watch COMMAND…       to its end
  terminal.py interrupt COMMAND…   Ctrl-C as soon as it has written something
"""

import os
import pty
import sys
import termios


def main(ending, command):
    process, terminal = pty.fork()
    if process == 0:
        os.environ.pop("NO_COLOR", None)
        os.environ["TERM"] = "xterm"
        os.execv(command[0], command)
    is_due = ending == "interrupt"
    while True:
        try:
            written = os.read(terminal, 65536)
        except OSError:  # EIO: the other side is closed
            break
        if not written:
            break
        sys.stdout.buffer.write(written)
        if is_due:
            # Without the echo of ^C, which no program can keep from the screen.
            attributes = termios.tcgetattr(terminal)
            attributes[3] &= ~termios.ECHO
            termios.tcsetattr(terminal, termios.TCSANOW, attributes)
            os.write(terminal, b"\x03")
            is_due = False
    _, status = os.waitpid(process, 0)
    sys.stdout.buffer.write(b"status %d\n" % os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
