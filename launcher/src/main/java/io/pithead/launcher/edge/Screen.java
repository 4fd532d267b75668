package io.pithead.launcher.edge;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Which requests the servlet container would refuse without a word, or answer in words of its own. */
final class Screen {
    private static final Set<String> FOLDERS_OF_THE_ARCHIVE = Set.of("WEB-INF", "META-INF");
    private static final char FIRST_PRINTABLE = ' ';
    private static final char DELETE = 0x7f;

    private Screen() {}

    /** @param path decoded */
    static Optional<Refusal> check(String method, String path) {
        if (!path.startsWith("/") || path.chars().anyMatch(Screen::isOdd)) {
            return Optional.of(Refusal.MALFORMED);
        }
        boolean first = true;
        for (String segment : path.substring(1).split("/", -1)) {
            String name = beforeParameters(segment);
            if (name.equals(".") || name.equals("..")) {
                return Optional.of(Refusal.MALFORMED);
            }
            if (first && FOLDERS_OF_THE_ARCHIVE.contains(name.toUpperCase(Locale.ROOT))) {
                return Optional.of(Refusal.NOT_FOUND);
            }
            // what the container skips before it looks for its folders
            first &= name.isEmpty();
        }
        return method.equals("TRACE") ? Optional.of(Refusal.METHOD_NOT_ALLOWED) : Optional.empty();
    }

    private static boolean isOdd(int c) {
        return c < FIRST_PRINTABLE || c == DELETE || c == '\\';
    }

    private static String beforeParameters(String segment) {
        int semicolon = segment.indexOf(';');
        return semicolon < 0 ? segment : segment.substring(0, semicolon);
    }
}
