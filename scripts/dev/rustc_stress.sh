#!/bin/sh
# For RUSTC_WORKSPACE_WRAPPER: compiles this workspace's crates with `--cfg stress`. RUSTFLAGS would do it to all
# crates, which would have to be built again.
rustc=$1
shift
exec "$rustc" "$@" --cfg stress
