#!/bin/sh
# Called by cargo as `rustc_wrapper.sh RUSTC ARGS...` for the crates of this tree: adds one flag for one of them.
#
# The program is linked at fixed addresses (see interpreter/taipan/build.rs), and code for fixed addresses
# has absolute jump tables: two instructions less at every dispatch of the VM, 6 % of all. Cargo has no
# place for a flag of one binary: rustflags would reach the build scripts and procedural macros too,
# which are libraries and must not have it. With link-time optimisation all of the program's code is
# generated in its last crate, so the flag counts there for the whole of it.
rustc=$1
shift
if [ "$(uname -s)" = Linux ]; then
    case " $* " in
        *" --crate-name taipan "*" --crate-type bin "*)
            exec "$rustc" "$@" -C relocation-model=static ;;
    esac
fi
exec "$rustc" "$@"
