"""What a row of the table is; rows.py and its sisters fill it.

A row's name is what it shows. `{dir}` is the folder of the run (a copy of files/), `{exe}` the interpreter.
`out`: where standard output goes: pipe, full (/dev/full), gone (a pipe without reader), closed, tty.
`stdin=None` closes standard input. `files`: texts to put into that folder. `compare`: see normal.py. `needs`:
a module that the row waits for. `differs`: why Taipan has another result (kept beside CPython's, and told in
docs/differences/program.md).
"""

from dataclasses import dataclass, field


@dataclass
class Row:
    name: str
    args: list
    stdin: bytes | None = b""
    env: dict = field(default_factory=dict)
    out: str = "pipe"
    cwd: str = "."
    shell: str = ""
    files: dict = field(default_factory=dict)
    compare: str = ""
    needs: str = ""
    differs: str = ""


ROWS = []


def row(name, *args, **how):
    """Add a row."""
    assert all(name != r.name for r in ROWS), name
    ROWS.append(Row(name, list(args), **how))


def command(name, text, *options, **how):
    """Add a row that runs a text with -c."""
    row(name, *options, "-c", text, **how)
