package io.pithead.miner.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether somebody looks at the output; programs and files get no colours. */
final class Terminal {
    private static final Path STDOUT = Path.of("/proc/self/fd/1");

    private Terminal() {}

    static boolean wantsColour() {
        return System.getenv("NO_COLOR") == null && !"dumb".equals(System.getenv("TERM")) && isTerminal();
    }

    /** The descriptor itself: from JDK 22 on a console may exist where there is no terminal. Not Linux: no colours. */
    private static boolean isTerminal() {
        try {
            String target = Files.readSymbolicLink(STDOUT).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
