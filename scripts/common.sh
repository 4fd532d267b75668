#!/usr/bin/env bash
# What the scripts in the root share. Sourced, never run: . scripts/common.sh

OLDEST_JAVA=21
# Two builds at once need 3 GiB; pithead.jar's first start 1 GiB.
MIN_FREE_MIB=4096

# Ends with exit code 2: something is missing, and this line says what to do about it.
give_up() {
  echo "${0##*/}: $*" >&2
  exit 2
}

# The major version of the JDK in a folder; nothing when there is none that works.
jdk_major() {
  local home=$1 version
  [[ -x $home/bin/java && -x $home/bin/javac ]] || return 0
  version=$("$home/bin/javac" -version 2>&1) || return 0
  version=${version##*javac }
  version=${version#1.}
  version=${version%%[!0-9]*}
  echo "$version"
}

jdk_candidates() {
  local java
  [[ -n ${JAVA_HOME:-} ]] && echo "$JAVA_HOME"
  if java=$(command -v javac); then
    java=$(readlink -f "$java")
    echo "${java%/bin/javac}"
  fi
  find /usr/lib/jvm -mindepth 1 -maxdepth 1 2>/dev/null | sort
}

# Sets JAVA_HOME to the newest JDK there is.
use_newest_jdk() {
  local home major best=0 best_home=
  while IFS= read -r home; do
    major=$(jdk_major "$home")
    if [[ -n $major && $major -gt $best ]]; then
      best=$major
      best_home=$home
    fi
  done < <(jdk_candidates)
  if [[ $best -lt $OLDEST_JAVA ]]; then
    give_up "no JDK $OLDEST_JAVA or newer under JAVA_HOME, PATH or /usr/lib/jvm (newest: ${best/#0/none}): install one, for example Temurin, or set JAVA_HOME"
  fi
  export JAVA_HOME=$best_home
  # Maven's own libraries; the flag is new in 24, and an older java refuses it
  if [[ $best -ge 24 ]]; then
    export MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED"
  fi
  export PATH=$JAVA_HOME/bin:$PATH
}

need_maven() {
  command -v mvn >/dev/null || give_up "Maven is missing: apt-get install maven"
}

need_space() {
  local free
  free=$(df --output=avail -BM . | tail -n 1 | tr -dc 0-9)
  if [[ $free -lt $MIN_FREE_MIB ]]; then
    give_up "no space: $free MiB are free here, $MIN_FREE_MIB MiB are needed"
  fi
}

# One digest over the names and contents of everything that a build reads.
sources_digest() {
  local files
  files=$(find . -type d \( -name target -o -name .git -o -name .pithead -o -name node_modules \) -prune \
    -o -type f \( -path '*/src/*' -o -path './contracts/abi/*' -o -path './contracts/bin/*' -o -name pom.xml -o -path './.mvn/*' \) -print | LC_ALL=C sort)
  { echo "$files"; tr '\n' '\0' <<<"$files" | xargs -0 sha256sum; } | sha256sum | cut -d ' ' -f 1
}

# Builds the given modules and what they need, unless their jars are there and nothing has changed since.
# build_if_changed STAMP MODULES JAR...
build_if_changed() {
  local stamp=$1 modules=$2 digest jar missing=
  shift 2
  digest=$(sources_digest)
  for jar in "$@"; do
    [[ -f $jar ]] || missing=$jar
  done
  if [[ -z $missing && -f $stamp && $(<"$stamp") == "$digest" ]]; then
    return
  fi
  need_maven
  need_space
  echo "Building (the first time takes minutes: it also downloads)"
  mvn -q -B -DskipTests -pl "$modules" -am package || give_up "the build failed: the lines above say why"
  mkdir -p "${stamp%/*}"
  echo "$digest" >"$stamp"
}
