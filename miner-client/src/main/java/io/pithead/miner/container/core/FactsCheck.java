package io.pithead.miner.container.core;

import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ContainerFacts;
import java.util.TreeSet;

/** What the container of a challenge prints: its facts, and as the last line the digest that it made of them and the seed. */
public final class FactsCheck {
    /** The variable of its environment that has the seed. */
    public static final String SEED = "PITHEAD_SEED";

    /** Needs a shell and {@code sha256sum}; the shell itself reads what it is, since all that it starts is another process. */
    public static final String SCRIPT = """
            nl='
            '
            facts=
            while read -r name value rest; do
              case $name in Pid:|Uid:|CapEff:|CapBnd:|NoNewPrivs:|Seccomp:) facts="$facts$name$value$nl";; esac
            done < /proc/self/status
            for f in /sys/fs/cgroup/pids.max /sys/fs/cgroup/pids/pids.max; do
              [ -r $f ] && read -r n < $f && facts="${facts}pids:$n$nl"; done
            for f in /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes; do
              [ -r $f ] && read -r n < $f && facts="${facts}memory:$n$nl"; done
            routes=-1
            while read -r line; do routes=$((routes + 1)); done < /proc/net/route
            facts="${facts}routes:$routes$nl"
            root=closed
            (: > /written) 2>/dev/null && root=writable
            facts="${facts}root:$root$nl"
            printf '%s' "$facts"
            printf '%s' "pithead container facts v1$nl$PITHEAD_SEED$nl$facts" | sha256sum
            """;

    private static final int DIGEST = 64;

    private FactsCheck() {}

    /** What was printed, without its digest. */
    public static String facts(String output) {
        return output.substring(0, lastLine(output));
    }

    /** Empty when the validator will find that all is well. */
    public static String problem(Challenge challenge, Seen end, String output) {
        if (end.exitCode() != 0) {
            return "a container ended with code " + end.exitCode() + ": " + end.error();
        }
        String facts = facts(output);
        if (!ContainerFacts.hold(challenge, facts)) {
            var said = new TreeSet<>(facts.lines().toList());
            var missing = new TreeSet<>(ContainerFacts.wanted(challenge));
            missing.removeAll(said);
            said.removeAll(ContainerFacts.wanted(challenge));
            return "a container was not closed in as it was asked for: " + said + " in place of " + missing;
        }
        String last = output.substring(lastLine(output));
        boolean right =
                last.length() >= DIGEST && last.substring(0, DIGEST).equals(ContainerFacts.digest(challenge, facts));
        return right ? "" : "a container did not make the digest of what it said";
    }

    /** Where it begins, or all of it ends. */
    private static int lastLine(String output) {
        return output.stripTrailing().lastIndexOf('\n') + 1;
    }
}
