"""Types the commands of README.md, section "On machines of your own", into a shell at a terminal, ADDRESS in the place of 192.0.2.11.

Answers what a reader is asked: whether a host key is the right one, and for a password. Ends at the first command that fails, or asks anything else.
"""

import os
import pty
import re
import select
import sys
import time

LIMIT = 400
ANSWERS = {"continue connecting (yes/no": "yes\n", "assword: ": "open sesame\n"}


def commands():
    with open("README.md", encoding="utf-8") as file:
        section = file.read().split("## On machines of your own\n")[1].split("\n## ")[0]
    found = [line.strip() for line in section.splitlines() if line.startswith("    ")]
    if not found or not found[0].startswith("./mvnw"):
        sys.exit("README.md has no commands, or others than expected")
    return found[1:]


def until_done(terminal):
    """The exit status of what was typed."""
    text = ""
    answered = 0
    limit = time.monotonic() + LIMIT
    while time.monotonic() < limit:
        if select.select([terminal], [], [], 1)[0]:
            piece = os.read(terminal, 65536).decode(errors="replace")
            sys.stdout.write(piece)
            sys.stdout.flush()
            text += piece
        done = re.search(r"status=(\d+)=", text)
        if done:
            return int(done[1])
        for question, answer in ANSWERS.items():
            if question in text[answered:]:
                answered = len(text)
                os.write(terminal, answer.encode())
    sys.exit(f"no end after {LIMIT} s")


def read_and_type(address):
    process, terminal = pty.fork()
    if process == 0:
        os.execvp("bash", ["bash", "--norc", "--noprofile"])
    # Printed, and not typed in these letters, so that the terminal's echo is not taken for the end.
    os.write(terminal, b"PS1='status=''$?='\n")
    until_done(terminal)
    for command in commands():
        began = time.monotonic()
        os.write(terminal, command.replace("192.0.2.11", address).encode() + b"\n")
        status = until_done(terminal)
        print(f"\n[{time.monotonic() - began:.0f} s, {status}] {command}")
        if status != 0:
            sys.exit(f"this command failed: {command}")
    os.write(terminal, b"exit\n")
    os.close(terminal)


read_and_type(sys.argv[1])
