package io.pithead.coordinator.task.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The Prime protocol's variables. They get their values once, at placement: one that changed from beat to beat would make
 * another container of every beat. What is not one of them, such as {@code ${HOME}} for a shell, is left as it is.
 */
public final class Variables {
    /** Filled in by the node. */
    public static final String SOCKET_PATH = "SOCKET_PATH";

    /** What a node says of itself: not for paths, whose characters are few. */
    public static final String NEXT_P2P_ADDRESS = "NEXT_P2P_ADDRESS";

    private static final Set<String> OF_GROUPS =
            Set.of("GROUP_ID", "GROUP_INDEX", "GROUP_SIZE", NEXT_P2P_ADDRESS, "TOTAL_UPLOAD_COUNT", "LAST_FILE_IDX");
    private static final Pattern FORM = Pattern.compile("\\$\\{([A-Z0-9_]{1,64})}");

    private final Map<String, String> values;

    /** @param values by name, without the braces */
    public Variables(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    /** @param next the neighbour's address in the ring; a group that begins has uploaded nothing */
    public Variables inGroup(UUID group, int index, int size, String next) {
        var all = new HashMap<>(values);
        all.put("GROUP_ID", group.toString());
        all.put("GROUP_INDEX", Integer.toString(index));
        all.put("GROUP_SIZE", Integer.toString(size));
        all.put(NEXT_P2P_ADDRESS, next);
        all.put("TOTAL_UPLOAD_COUNT", "0");
        all.put("LAST_FILE_IDX", "0");
        return new Variables(all);
    }

    /** A value is taken as it is: what looks like a variable in it stays that. */
    public String in(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.replaceAll(
                found -> Matcher.quoteReplacement(values.getOrDefault(found.group(1), found.group())));
    }

    public List<String> in(List<String> words) {
        return words.stream().map(this::in).toList();
    }

    public Map<String, String> in(Map<String, String> members) {
        var filled = new HashMap<String, String>();
        members.forEach((name, value) -> filled.put(name, in(value)));
        return filled;
    }

    /** The names in a text that only a member of a node group has values for. */
    public static Stream<String> needingGroup(String text) {
        Function<java.util.regex.MatchResult, String> name = found -> found.group(1);
        return FORM.matcher(text).results().map(name).filter(OF_GROUPS::contains);
    }
}
