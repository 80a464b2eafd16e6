from ensurepip import _main

if __name__ == "__main__":
    raise SystemExit(_main())
