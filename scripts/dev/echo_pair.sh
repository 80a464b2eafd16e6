#!/bin/bash
# Run the manual's echo server and client as two processes that talk over TCP, both pairs.
#
#   echo_pair.sh [SERVER [CLIENT]]
#
# SERVER and CLIENT are interpreters; without them, Taipan is built and runs both halves.
set -u
cd "$(dirname "$0")/../.." || exit 1
server=${1:-}
if [ -z "$server" ]; then
    cargo build --release -q || exit 1
    server=${CARGO_TARGET_DIR:-target}/release/taipan
fi
client=${2:-$server}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0

pair() {
    "$server" "scripts/echo/server_$1.py" >"$work/server" 2>&1 &
    local pid=$! answer=""
    # The client may come before the server listens: then it is refused, and tries again.
    for _ in $(seq 100); do
        answer=$("$client" "scripts/echo/client_$1.py" 2>"$work/client")
        [ "$answer" = "Received b'Hello, world'" ] && break
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
    if [ "$answer" != "Received b'Hello, world'" ]; then
        kill "$pid" 2>/dev/null
        wait "$pid"
        echo "FAILED $1: the client got: ${answer:-nothing}"
        sed 's/^/    client: /' "$work/client"
        sed 's/^/    server: /' "$work/server"
        failed=1
    else
        # The server ends by itself once its client is gone.
        for _ in $(seq 50); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
        if kill "$pid" 2>/dev/null; then
            echo "FAILED $1: the server did not end"
            failed=1
        fi
        wait "$pid" 2>/dev/null
        local code=$?
        if [ "$code" != 0 ] || ! grep -q "^Connected by ('.*', [0-9].*)$" "$work/server"; then
            echo "FAILED $1: the server, exit $code:"
            failed=1
        fi
        echo "$1: $(cat "$work/server") | $answer"
    fi
}

for which in ipv4 dual; do pair "$which"; done
exit $failed
