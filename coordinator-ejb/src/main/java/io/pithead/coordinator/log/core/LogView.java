package io.pithead.coordinator.log.core;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How output is shown: from where, and raw or cleaned. */
public final class LogView {
    private LogView() {}

    /** Where the last {@code lines} lines begin; a line end at the very end ends the last one. */
    public static int tail(byte[] text, int lines) {
        int end = text.length > 0 && text[text.length - 1] == '\n' ? text.length - 1 : text.length;
        int at = end;
        for (int found = 0; found < lines; found++) {
            int before = lastLineEnd(text, at);
            if (before < 0) {
                return 0;
            }
            at = before;
        }
        return lines == 0 ? text.length : at + 1;
    }

    private static int lastLineEnd(byte[] text, int before) {
        for (int i = before - 1; i >= 0; i--) {
            if (text[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    /** Where the first line at or after that time begins; the end when there is none. Lines without a time are skipped. */
    public static int since(byte[] text, Instant since) {
        int start = 0;
        for (int i = 0; i < text.length; i++) {
            if (text[i] == '\n') {
                if (isSince(text, start, i, since)) {
                    return start;
                }
                start = i + 1;
            }
        }
        return isSince(text, start, text.length, since) ? start : text.length;
    }

    private static boolean isSince(byte[] text, int start, int end, Instant since) {
        LogLine line = LogLine.parse(new String(Arrays.copyOfRange(text, start, end), StandardCharsets.UTF_8));
        return line.at() != null && !line.at().isBefore(since);
    }

    /** The lines of a stream, or of both, without escape sequences and without what a progress bar has overwritten. */
    public static String clean(String text, @Nullable String stream) {
        var cleaned = new StringBuilder(text.length());
        int start = 0;
        while (start < text.length()) {
            int end = text.indexOf('\n', start);
            LogLine line = LogLine.parse(text.substring(start, end < 0 ? text.length() : end));
            if (stream == null || line.stream() == null || stream.equals(line.stream())) {
                cleaned.append(line.cleaned());
                if (end >= 0 && !line.partial()) {
                    cleaned.append('\n');
                }
            }
            start = end < 0 ? text.length() : end + 1;
        }
        return cleaned.toString();
    }
}
