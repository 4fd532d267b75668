package io.pithead.protocol.task;

import io.pithead.protocol.json.Checks;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A topology: what the groups of its name are made of; the members of the Prime protocol's group configuration.
 *
 * @param computeRequirements what each node must have, in the form of a task's {@code requirements}
 * @param enabled in answers: whether one of the caller's tasks waits for or runs on such groups
 */
public record GroupConfiguration(
        String name,
        Integer minGroupSize,
        Integer maxGroupSize,
        @Nullable String computeRequirements,
        @Nullable Boolean enabled) {
    public static final int MAX_SIZE = 100;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    public GroupConfiguration {
        new Checks()
                .present("name", name)
                .matches("name", name, NAME, "must be at most 64 letters, digits and . _ -")
                .present("min_group_size", minGroupSize)
                .range("min_group_size", minGroupSize, 1, MAX_SIZE)
                .present("max_group_size", maxGroupSize)
                .range("max_group_size", maxGroupSize, minGroupSize == null ? 1 : minGroupSize, MAX_SIZE)
                .text("compute_requirements", computeRequirements, TaskRequest.MAX_REQUIREMENTS)
                .done();
    }
}
