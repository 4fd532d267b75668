package io.pithead.coordinator.task.core;

import io.pithead.protocol.task.GroupConfiguration;
import io.pithead.protocol.task.TaskRequest.SchedulingConfig;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a task says of groups under {@code scheduling_config.plugins.node_groups}: names of the operator's topologies in
 * {@code allowed_topologies}, or one of its own by {@code min_group_size} and {@code max_group_size}.
 */
public record GroupRequest(List<String> allowed, @Nullable Topology own) {
    public static final String PLUGIN = "node_groups";
    /** No topology of the operator's can be called so. */
    public static final String OWN_NAME = "_own";

    private static final String ALLOWED = "allowed_topologies";
    private static final String MIN = "min_group_size";
    private static final String MAX = "max_group_size";
    private static final int MAX_NAMES = 64;
    private static final String AT = "/scheduling_config/plugins/" + PLUGIN;

    public GroupRequest {
        allowed = List.copyOf(allowed);
    }

    public static boolean isIn(@Nullable SchedulingConfig config) {
        return config != null && config.plugins() != null && config.plugins().containsKey(PLUGIN);
    }

    /** Empty for a task without groups. What is stored was checked before. */
    public static Optional<GroupRequest> of(@Nullable SchedulingConfig config) {
        return of(config, (at, problem) -> {
            throw new IllegalStateException(at + " " + problem);
        });
    }

    /** @param problems told by JSON pointer what is wrong; the answer is empty then */
    public static Optional<GroupRequest> of(@Nullable SchedulingConfig config, BiConsumer<String, String> problems) {
        if (config == null || config.plugins() == null || !config.plugins().containsKey(PLUGIN)) {
            return Optional.empty();
        }
        @Nullable Map<String, List<String>> members = config.plugins().get(PLUGIN);
        if (members == null || members.isEmpty() || members.containsKey(ALLOWED) == members.containsKey(MIN)) {
            problems.accept(AT, "must have either " + ALLOWED + " or " + MIN + " and " + MAX);
            return Optional.empty();
        }
        Optional<String> unknown = members.keySet().stream()
                .filter(key -> !Stream.of(ALLOWED, MIN, MAX).toList().contains(key))
                .sorted()
                .findFirst();
        if (unknown.isPresent()) {
            problems.accept(AT + "/" + unknown.get(), "is not a known member");
            return Optional.empty();
        }
        return members.containsKey(ALLOWED) ? named(members, problems) : own(members, problems);
    }

    private static Optional<GroupRequest> named(
            Map<String, List<String>> members, BiConsumer<String, String> problems) {
        @Nullable List<String> names = members.get(ALLOWED);
        if (names == null || members.containsKey(MAX) || !areNames(names)) {
            problems.accept(AT + "/" + ALLOWED, "must be 1 to " + MAX_NAMES + " names, and nothing else beside it");
            return Optional.empty();
        }
        return Optional.of(new GroupRequest(names, null));
    }

    private static boolean areNames(List<String> names) {
        return !names.isEmpty() && names.size() <= MAX_NAMES && names.stream().noneMatch(Objects::isNull);
    }

    private static Optional<GroupRequest> own(Map<String, List<String>> members, BiConsumer<String, String> problems) {
        Optional<Integer> min = size(members, MIN, 1, problems);
        if (min.isEmpty()) {
            return Optional.empty();
        }
        return size(members, MAX, min.get(), problems)
                .map(max -> new GroupRequest(List.of(), new Topology(OWN_NAME, min.get(), max, Requirements.NONE)));
    }

    private static Optional<Integer> size(
            Map<String, List<String>> members, String member, int least, BiConsumer<String, String> problems) {
        @Nullable List<String> values = members.get(member);
        String text = values == null || values.size() != 1 ? null : values.getFirst();
        if (text != null && text.matches("[0-9]{1,3}")) {
            int size = Integer.parseInt(text);
            if (size >= least && size <= GroupConfiguration.MAX_SIZE) {
                return Optional.of(size);
            }
        }
        problems.accept(
                AT + "/" + member, "must be one whole number from " + least + " to " + GroupConfiguration.MAX_SIZE);
        return Optional.empty();
    }

    /** The topologies that this task's groups may have, of those that there are. */
    public List<Topology> among(Collection<Topology> known) {
        return own != null
                ? List.of(own)
                : known.stream()
                        .filter(topology -> allowed.contains(topology.name()))
                        .toList();
    }
}
