"""Installing pip. This interpreter brings no copy of it: the functions say so, and what to do instead."""

import sys

__all__ = ["version", "bootstrap"]

_ADVICE = "no copy of pip is part of this program; get it from https://bootstrap.pypa.io/get-pip.py"


def version():
    """The version of pip that would be installed: there is none."""
    raise RuntimeError(_ADVICE)


def bootstrap(*, root=None, upgrade=False, user=False, altinstall=False, default_pip=False, verbosity=0):
    """Install pip: there is nothing to install."""
    if altinstall and default_pip:
        raise ValueError("Cannot use altinstall and default_pip together")
    sys.audit("ensurepip.bootstrap", root)
    raise RuntimeError(_ADVICE)


def _main(argv=None):
    import argparse

    parser = argparse.ArgumentParser(prog="python -m ensurepip")
    parser.add_argument("--version", action="store_true", help="Show the version of pip that is bundled.")
    parser.add_argument("-v", "--verbose", action="count", default=0, dest="verbosity", help="Give more output.")
    parser.add_argument("-U", "--upgrade", action="store_true", help="Upgrade pip.")
    parser.add_argument("--user", action="store_true", help="Install for the user alone.")
    parser.add_argument("--root", default=None, help="Install below this folder.")
    parser.add_argument("--altinstall", action="store_true", help="Install the script pipX.Y alone.")
    parser.add_argument("--default-pip", action="store_true", help="Install the script pip, too.")
    parser.parse_args(argv)
    print("ensurepip: " + _ADVICE, file=sys.stderr)
    return 1
