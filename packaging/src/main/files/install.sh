#!/usr/bin/env bash
# Installs the miner where there is no Debian package: install.sh JAR [ROOT]
# Needs a Java 21 or newer. Safe to run twice: settings that exist are kept. ROOT is for trying it out.
set -euo pipefail

readonly LEAST_JAVA=21

fail() {
    echo "install.sh: $*" >&2
    exit 2
}

java_version() {
    "$1" -version 2>&1 | sed -n '1s/.*version "\([0-9]*\).*/\1/p'
}

find_java() {
    local best='' best_version=0 candidate version
    for candidate in "${JAVA_HOME:-}/bin/java" "$(command -v java || true)" /usr/lib/jvm/*/bin/java; do
        [[ -x "$candidate" ]] || continue
        version=$(java_version "$candidate")
        if ((${version:-0} > best_version)); then
            best=$candidate best_version=$version
        fi
    done
    ((best_version >= LEAST_JAVA)) || fail "needs Java $LEAST_JAVA or newer in JAVA_HOME, PATH or /usr/lib/jvm"
    readlink -f "$best"
}

write_command() {
    local java=$1 to=$2
    cat >"$to" <<EOF
#!/bin/sh
exec "$java" -Xmx512m -XX:+UseSerialGC -jar /usr/local/lib/pithead-miner/pithead-miner.jar "\$@"
EOF
    chmod 755 "$to"
}

make_user() {
    getent passwd pithead-miner >/dev/null ||
        useradd --system --user-group --home-dir /var/lib/pithead-miner --no-create-home \
            --shell /usr/sbin/nologin pithead-miner
    install -d -o pithead-miner -g pithead-miner -m 700 /var/lib/pithead-miner
    chown pithead-miner:pithead-miner /etc/pithead/miner.conf
}

install_unit() {
    local from=$1 root=$2
    install -d "$root/etc/systemd/system" "$root/etc/logrotate.d"
    sed 's,/usr/bin/pithead-miner,/usr/local/bin/pithead-miner,' "$from/pithead-miner.service" \
        >"$root/etc/systemd/system/pithead-miner.service"
    install -m 644 "$from/logrotate" "$root/etc/logrotate.d/pithead-miner"
}

main() {
    (($# >= 1)) || fail "usage: install.sh JAR [ROOT]"
    local jar=$1 root=${2:-} from java
    from=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
    [[ -f "$jar" ]] || fail "there is no file $jar"
    [[ -n "$root" || "$(id -u)" == 0 ]] || fail "must be run as root"
    java=$(find_java)
    install -d "$root/usr/local/lib/pithead-miner" "$root/usr/local/bin" "$root/etc/pithead"
    install -m 644 "$jar" "$root/usr/local/lib/pithead-miner/pithead-miner.jar"
    write_command "$java" "$root/usr/local/bin/pithead-miner"
    [[ -e "$root/etc/pithead/miner.conf" ]] || install -m 600 "$from/miner.conf" "$root/etc/pithead/miner.conf"
    install_unit "$from" "$root"
    if [[ -z "$root" ]]; then
        make_user
        if [[ -d /run/systemd/system ]]; then
            systemctl daemon-reload
            systemctl enable pithead-miner.service
        fi
    fi
    echo "Installed. Set COORD_URL and API_KEY in $root/etc/pithead/miner.conf, then: systemctl start pithead-miner"
}

main "$@"
