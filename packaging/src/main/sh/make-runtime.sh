#!/usr/bin/env bash
# Makes the miner's own Java runtime: make-runtime.sh JAVA_HOME TARGET
set -euo pipefail

# java.desktop and java.sql are what Jackson looks for by reflection; jdk.unsupported carries Unsafe and Signal;
# jdk.crypto.ec is the elliptic curves of TLS before JDK 22
readonly MODULES=java.base,java.desktop,java.logging,java.management,java.net.http,java.sql,jdk.crypto.ec,jdk.management,jdk.unsupported

main() {
    local java_home=$1 target=$2
    local stamp="$target.of"
    local wanted
    wanted="$("$java_home/bin/java" --version | head -1) $MODULES"
    if [[ -x "$target/bin/java" && -f "$stamp" && "$(<"$stamp")" == "$wanted" ]]; then
        return
    fi
    rm -rf "$target" "$stamp"
    "$java_home/bin/jlink" --add-modules "$MODULES" --output "$target" \
        --strip-java-debug-attributes --no-header-files --no-man-pages --compress zip-6
    printf '%s' "$wanted" >"$stamp"
}

main "$@"
