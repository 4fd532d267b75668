package io.pithead.miner.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether somebody looks at the output, and answers; programs and files get no colours and no questions. */
final class Terminal {
    private static final Path STDIN = Path.of("/proc/self/fd/0");
    private static final Path STDOUT = Path.of("/proc/self/fd/1");

    private Terminal() {}

    static boolean wantsColour() {
        return System.getenv("NO_COLOR") == null && !"dumb".equals(System.getenv("TERM")) && isTerminal(STDOUT);
    }

    /** Somebody is there who can answer. */
    static boolean isTypedInto() {
        return isTerminal(STDIN);
    }

    /** The descriptor itself: from JDK 22 on a console may exist where there is no terminal. Not Linux: no colours. */
    private static boolean isTerminal(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
