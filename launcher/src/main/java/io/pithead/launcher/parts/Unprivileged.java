package io.pithead.launcher.parts;

import io.pithead.launcher.CannotStartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How to run PostgreSQL, which refuses to run as root. Root runs it in a user namespace without a mapping: there it is
 * not root, and the files still belong to the one who starts it. Where namespaces are not allowed it is run as the
 * unprivileged user {@code nobody}, who then owns the cluster.
 */
final class Unprivileged {
    private static final int ROOT = 0;
    private static final String FALLBACK_USER = "nobody";
    private static final long PROBE_SECONDS = 10;

    private final List<String> prefix;
    private final boolean otherUser;

    private Unprivileged(List<String> prefix, boolean otherUser) {
        this.prefix = prefix;
        this.otherUser = otherUser;
    }

    static Unprivileged find(Path folder) throws IOException, CannotStartException, InterruptedException {
        if (uidOf(Path.of("/proc/self")) != ROOT) {
            return new Unprivileged(List.of(), false);
        }
        boolean ownedByOther = Files.exists(folder) && uidOf(folder) != ROOT;
        if (!ownedByOther && works("unshare", "-U", "true")) {
            return new Unprivileged(List.of("unshare", "-U"), false);
        }
        if (works("setpriv", "--reuid=" + FALLBACK_USER, "--clear-groups", "true")) {
            return new Unprivileged(List.of("setpriv", "--reuid=" + FALLBACK_USER, "--clear-groups"), true);
        }
        throw new CannotStartException("PostgreSQL does not run as root, and neither unshare nor setpriv works here:"
                + " start Pithead as another user, or set pithead.db.url to a database that already runs");
    }

    /**
     * The command as it is to be started: in a session of its own, so that a Ctrl-C meant for this process does not stop
     * it first, and ended by the kernel when the thread that starts it ends, if it can.
     */
    List<String> boundToThisProcess(List<String> command) throws InterruptedException {
        return bound(prefix, "INT", command);
    }

    /** The same for a program that runs as whoever starts it, and wants another signal. */
    static List<String> bound(String signal, List<String> command) throws InterruptedException {
        return bound(List.of(), signal, command);
    }

    private static List<String> bound(List<String> prefix, String signal, List<String> command)
            throws InterruptedException {
        List<String> bound = new ArrayList<>();
        if (works("setsid", "true")) {
            bound.add("setsid");
        }
        bound.addAll(prefix);
        if (works("setpriv", "--pdeathsig", signal, "true")) {
            bound.addAll(List.of("setpriv", "--pdeathsig", signal));
        }
        bound.addAll(command);
        return bound;
    }

    List<String> command(List<String> command) {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(command);
        return whole;
    }

    /** Gives the folder to the user who is going to use it. */
    void own(Path folder) throws IOException {
        if (otherUser) {
            var user = folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(FALLBACK_USER);
            Files.setOwner(folder, user);
        }
    }

    private static int uidOf(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:uid");
    }

    private static boolean works(String... command) throws InterruptedException {
        try {
            Process probe = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!probe.waitFor(PROBE_SECONDS, TimeUnit.SECONDS)) {
                probe.destroyForcibly();
                return false;
            }
            return probe.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
