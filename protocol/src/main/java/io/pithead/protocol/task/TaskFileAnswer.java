package io.pithead.protocol.task;

import org.jspecify.annotations.Nullable;

/** @param name what the task calls it; absent while its bytes are missing: bring them as an artifact and offer it again */
public record TaskFileAnswer(Boolean missing, @Nullable String name) {
    public static final TaskFileAnswer MISSING = new TaskFileAnswer(true, null);

    public static TaskFileAnswer kept(String name) {
        return new TaskFileAnswer(false, name);
    }
}
