#!/usr/bin/env bash
# Writes the command line's manual pages and completion: make-cli-pages.sh JAVA_HOME JAR TARGET
set -euo pipefail

main() {
    local java="$1/bin/java" jar=$2 target=$3
    if [[ -f "$target/completion/pithead" && "$target/completion/pithead" -nt "$jar" ]]; then
        return
    fi
    rm -rf "$target"
    mkdir -p "$target/completion"
    "$java" -cp "$jar" io.pithead.cli.command.ManPages "$target/man"
    gzip -9n "$target"/man/*.1
    "$java" -jar "$jar" completion bash >"$target/completion/pithead"
}

main "$@"
