#!/bin/sh
# Called by cargo as `rustc_wrapper.sh RUSTC ARGS...` for every crate (as `rustc-wrapper`: the path of a
# `rustc-workspace-wrapper` would become part of the names of constants, by which startup.ld knows them); adds
# flags for one crate, the program. With link-time optimisation all of the program's code is generated in its
# last crate, so they count for the whole of it. Cargo has no place for flags of one binary: rustflags would
# reach build scripts and procedural macros too, which are libraries and must not have the first one.
#
# relocation-model=static: the program is linked at fixed addresses (see interpreter/taipan/build.rs), and
#   code for fixed addresses has absolute jump tables: 2 instructions less at every dispatch of the VM.
# tail-dup-size=4: the dispatch is 3 instructions then; copied to the end of every arm it saves the jump
#   back, and the processor predicts each arm's successor by itself.
# Together 6 to 16 % of all instructions (conformance/bench/micro.json). Without them all works as well.
rustc=$1
shift
if [ "$(uname -s)" = Linux ]; then
    case " $* " in
        *" --crate-name taipan "*" --crate-type bin "*)
            exec "$rustc" "$@" -C relocation-model=static -C llvm-args=-tail-dup-size=4 ;;
    esac
fi
exec "$rustc" "$@"
