package io.pithead.coordinator.log.core;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One line of output. Containers' lines come in the form of Kubernetes' container runtime interface: time, stream, {@code F}
 * for a whole line or {@code P} for a part of one, text. Other jobs' lines are text.
 */
public record LogLine(@Nullable Instant at, @Nullable String stream, boolean partial, String text) {
    private static final Pattern CRI =
            Pattern.compile("(\\d{4}-\\S{1,40}) (stdout|stderr) ([FP]) (.*)", Pattern.DOTALL);
    /** Escape sequences of terminals, ECMA-48: control sequences, operating system commands, and single ones. */
    private static final Pattern ANSI =
            Pattern.compile("\\u001b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\\u0007\\u001b]*(?:\\u0007|\\u001b\\\\)|[ -/]*[0-~])");

    public static LogLine parse(String line) {
        Matcher cri = CRI.matcher(line);
        if (!cri.matches()) {
            return new LogLine(null, null, false, line);
        }
        return time(cri.group(1))
                .map(at -> new LogLine(at, cri.group(2), cri.group(3).equals("P"), cri.group(4)))
                .orElseGet(() -> new LogLine(null, null, false, line));
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** What a reader wants to see: no escape sequences, and of a progress bar its last state. */
    public String cleaned() {
        String plain = ANSI.matcher(text).replaceAll("");
        String trimmed = plain.endsWith("\r") ? plain.substring(0, plain.length() - 1) : plain;
        return trimmed.substring(trimmed.lastIndexOf('\r') + 1);
    }
}
