package io.pithead.coordinator.task.core;

import io.pithead.protocol.task.FilePath;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a task calls the files of its containers: the Prime protocol's template, filled in when a file has come. A node chooses
 * no name and no folder; what it tells is a plain path, and only in the place that the template gives it.
 */
public final class FileNames {
    public static final String ORIGINAL_NAME = "ORIGINAL_NAME";

    private static final String COUNT = "TOTAL_UPLOAD_COUNT_AFTER";
    private static final String INDEX = "CURRENT_FILE_INDEX";
    private static final Set<String> OF_GROUPS = Set.of("NODE_GROUP_ID", "NODE_GROUP_INDEX", "NODE_GROUP_SIZE");
    private static final Set<String> OF_ALL = Set.of(ORIGINAL_NAME, "TASK_ID", "NODE_ADDRESS", COUNT, INDEX);

    /** Two containers of a task that have the same file keep both. */
    private static final String DEFAULT = "${NODE_ADDRESS}/${ORIGINAL_NAME}";

    private static final Pattern FORM = Pattern.compile("\\$\\{([A-Z0-9_]{1,64})}");
    private static final Pattern LITERAL = Pattern.compile("[A-Za-z0-9._/=+@ -]*");
    private static final Pattern ENDING = Pattern.compile("(.*[^/.])(\\.[A-Za-z0-9]{1,16})", Pattern.DOTALL);
    private static final int SHORT_DIGEST = 12;
    /** Room for what makes a name that is taken another one. */
    private static final int MAX_NAME = FilePath.MAX_BYTES - 40;

    private FileNames() {}

    /** A container's place in its node group. */
    public record Place(UUID group, int index, int size) {}

    /** @param index how many files the container brought before this one */
    public record Facts(UUID task, UUID node, @Nullable Place place, int index) {}

    /** What is wrong with a template; the longest that ids and numbers can be is taken for them. */
    public static Optional<String> problem(String template, boolean inGroup) {
        if (!LITERAL.matcher(FORM.matcher(template).replaceAll("")).matches()) {
            return Optional.of("may have letters, digits, blanks and ._/=+@- besides variables");
        }
        List<String> unknown = FORM.matcher(template)
                .results()
                .map(found -> found.group(1))
                .filter(name -> !OF_ALL.contains(name) && !(inGroup && OF_GROUPS.contains(name)))
                .distinct()
                .sorted()
                .toList();
        if (!unknown.isEmpty()) {
            return Optional.of("has variables that are not known here: " + String.join(", ", unknown));
        }
        var nobody = new UUID(0, 0);
        var longest = new Facts(nobody, nobody, new Place(nobody, Integer.MAX_VALUE, Integer.MAX_VALUE), 1 << 30);
        return name(template, longest, "x").isEmpty()
                ? Optional.of("must give relative paths without . and .., and not too long ones")
                : Optional.empty();
    }

    /** Empty when the path makes it too long. */
    public static Optional<String> name(@Nullable String template, Facts facts, String path) {
        var values = new HashMap<>(Map.of(
                ORIGINAL_NAME,
                path,
                "TASK_ID",
                facts.task.toString(),
                "NODE_ADDRESS",
                facts.node.toString(),
                COUNT,
                Integer.toString(facts.index + 1),
                INDEX,
                Integer.toString(facts.index)));
        Place place = facts.place;
        if (place != null) {
            values.put("NODE_GROUP_ID", place.group.toString());
            values.put("NODE_GROUP_INDEX", Integer.toString(place.index));
            values.put("NODE_GROUP_SIZE", Integer.toString(place.size));
        }
        String name = FORM.matcher(template == null ? DEFAULT : template)
                .replaceAll(found -> Matcher.quoteReplacement(values.getOrDefault(found.group(1), "")));
        boolean fits = name.getBytes(StandardCharsets.UTF_8).length <= MAX_NAME && FilePath.isPlain(name);
        return fits ? Optional.of(name) : Optional.empty();
    }

    /** The name, and what is taken instead when the task has it already; the last one it cannot have. */
    public static List<String> choices(String name, String sha256, UUID file) {
        return List.of(name, marked(name, sha256.substring(0, SHORT_DIGEST)), marked(name, file.toString()));
    }

    private static String marked(String name, String mark) {
        Matcher parts = ENDING.matcher(name);
        String made = parts.matches() ? parts.group(1) + "-" + mark + parts.group(2) : name + "-" + mark;
        // a last part that has no room left for it goes without its ending
        return FilePath.isPlain(made) ? made : name.substring(0, name.lastIndexOf('/') + 1) + mark;
    }
}
