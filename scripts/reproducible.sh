#!/usr/bin/env bash
# Builds the committed sources twice, in two folders, and compares the packages byte by byte.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/common.sh
. scripts/common.sh

PACKAGES=(launcher/target/pithead.jar ear/target/pithead.ear miner-client/target/pithead-miner.jar cli/target/pithead-cli.jar)

# The packages of HEAD, built in a folder.
build() {
  mkdir "$1"
  git archive HEAD | tar -x -C "$1"
  (cd "$1" && mvn -q -B -ntp -DskipTests -pl launcher,ear,miner-client,cli -am package)
}

main() {
  local work package status=0
  use_newest_jdk
  need_maven
  work=$(mktemp -d)
  # shellcheck disable=SC2064
  trap "rm -rf '$work'" EXIT
  build "$work/one"
  # another path, another time zone and another language must make no difference
  TZ=Asia/Tokyo LC_ALL=C build "$work/another"
  for package in "${PACKAGES[@]}"; do
    if cmp "$work/one/$package" "$work/another/$package"; then
      echo "$(sha256sum <"$work/one/$package" | cut -d' ' -f1)  ${package##*/}"
    else
      status=1
    fi
  done
  return "$status"
}

main "$@"
