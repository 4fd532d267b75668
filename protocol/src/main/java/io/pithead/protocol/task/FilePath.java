package io.pithead.protocol.task;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A path inside a container's {@code /data}, without {@code /data/}: plain names only, so that it stays there. */
public final class FilePath {
    public static final int MAX_BYTES = 1_024;
    public static final String RULE = "must be a path inside /data of at most " + MAX_BYTES
            + " bytes, of names without . and .. and control characters";

    private static final int MAX_DEPTH = 32;
    private static final int MAX_NAME = 255;

    private FilePath() {}

    public static boolean isPlain(String path) {
        String[] names = path.split("/", -1);
        return path.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES
                && names.length <= MAX_DEPTH
                && Arrays.stream(names).allMatch(FilePath::isName);
    }

    private static boolean isName(String name) {
        return !name.isBlank()
                && name.getBytes(StandardCharsets.UTF_8).length <= MAX_NAME
                && !name.equals(".")
                && !name.equals("..")
                && name.codePoints().allMatch(FilePath::isPrinted);
    }

    private static boolean isPrinted(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE -> false;
            case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
