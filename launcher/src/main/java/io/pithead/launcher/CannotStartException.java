package io.pithead.launcher;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why the server does not start, in lines for the person who started it: each says what is wrong and what to do. */
public final class CannotStartException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    public CannotStartException(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    public CannotStartException(String problem) {
        this(List.of(problem));
    }

    public CannotStartException(String problem, @Nullable Throwable cause) {
        super(problem, cause);
        this.problems = List.of(problem);
    }

    List<String> problems() {
        return problems;
    }
}
