package io.pithead.cli.screen;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether somebody looks at the output, and answers. */
public final class Terminal {
    private static final Path STDIN = Path.of("/proc/self/fd/0");
    private static final Path STDERR = Path.of("/proc/self/fd/2");

    private Terminal() {}

    public static boolean isTypedInto() {
        return isTerminal(STDIN);
    }

    /** Progress goes there, so that output stays what a program reads. */
    public static boolean isWatched() {
        return !"dumb".equals(System.getenv("TERM")) && isTerminal(STDERR);
    }

    private static boolean isTerminal(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
