package io.pithead.protocol.task;

import io.pithead.protocol.json.Checks;
import io.pithead.protocol.money.Money;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /tasks}. {@code name} and {@code image} are all that the Prime README sends; {@code env_vars}, {@code cmd},
 * {@code entrypoint}, {@code metadata}, {@code volume_mounts}, {@code scheduling_config} and {@code storage_config} are the
 * Prime protocol's; the rest is ours.
 *
 * @param replicas nodes to run on; absent is every node that matches
 * @param requirements in the Prime protocol's form, such as {@code gpu:count=8;gpu:model=H100;ram_mb=65536}
 * @param run of the account's own: only its healthy nodes get it
 * @param price in tokens per node, reserved at placement and paid with the receipt
 * @param metered a price by time instead of {@code price}, paid in slices while it runs
 * @param secrets environment that is write-only: never shown, listed or logged
 */
public record TaskRequest(
        String name,
        String image,
        @Nullable PullPolicy pullPolicy,
        @Nullable Map<String, String> envVars,
        @Nullable List<String> cmd,
        @Nullable List<String> entrypoint,
        @Nullable Metadata metadata,
        @Nullable List<VolumeMount> volumeMounts,
        @Nullable SchedulingConfig schedulingConfig,
        @Nullable StorageConfig storageConfig,
        @Nullable Resources resources,
        @Nullable Integer replicas,
        @Nullable String requirements,
        @Nullable RestartPolicy restart,
        @Nullable List<Port> ports,
        @Nullable Map<String, String> secrets,
        @Nullable RegistryAuth registryAuth,
        @Nullable Long maxRuntimeS,
        @Nullable Instant deadline,
        @Nullable Integer priority,
        @Nullable UUID run,
        @Nullable String price,
        @Nullable Metering metered) {
    public static final int MAX_REPLICAS = 100_000;
    public static final long MAX_RUNTIME_S = 366L * 24 * 3600;
    static final int MAX_NAME = 200;
    static final int MAX_WORDS = 256;
    static final int MAX_WORD = 8_192;
    static final int MAX_VARIABLES = 256;
    static final int MAX_VALUE = 32_768;
    static final int MAX_LABELS = 64;
    /** Command and environment together: each node that a task is placed on gets a copy. */
    static final int MAX_TEXT = 65_536;

    static final int MAX_MOUNTS = 32;
    static final int MAX_PORTS = 32;
    static final int MAX_REQUIREMENTS = 2_000;
    static final int MAX_PRIORITY = 1_000;
    static final int MAX_TEMPLATE = 512;
    static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_.]{0,127}");
    static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,127}");

    /** Free labels, shown and given to the container; none may begin with {@code pithead.}, which are the node's own. */
    public record Metadata(@Nullable Map<String, String> labels) {}

    /** Plugin, key, values: as the Prime protocol has it. */
    public record SchedulingConfig(@Nullable Map<String, Map<String, List<String>>> plugins) {}

    /** How the files that its containers bring are named; {@code ${ORIGINAL_NAME}} is what the container calls one. */
    public record StorageConfig(@Nullable String fileNameTemplate) {}

    public TaskRequest {
        cmd = cmd == null ? null : List.copyOf(cmd);
        entrypoint = entrypoint == null ? null : List.copyOf(entrypoint);
        volumeMounts = volumeMounts == null ? null : List.copyOf(volumeMounts);
        ports = ports == null ? null : List.copyOf(ports);
        var checks = new Checks()
                .present("name", name)
                .text("name", name, MAX_NAME)
                .present("image", image)
                .that("image", image == null || ImageName.isWellFormed(image), "must be an image reference")
                .size("volume_mounts", volumeMounts, MAX_MOUNTS)
                .size("ports", ports, MAX_PORTS)
                .range("replicas", replicas, 1, MAX_REPLICAS)
                .text("requirements", requirements, MAX_REQUIREMENTS)
                .text("storage_config/file_name_template", template(storageConfig), MAX_TEMPLATE)
                .range("max_runtime_s", maxRuntimeS, 1, MAX_RUNTIME_S)
                .range("priority", priority, -MAX_PRIORITY, MAX_PRIORITY)
                .that("deadline", deadline == null || Times.areStorable(deadline), Times.RULE);
        words(checks, "cmd", cmd);
        words(checks, "entrypoint", entrypoint);
        variables(checks, "env_vars", envVars);
        variables(checks, "secrets", secrets);
        labels(checks, metadata == null ? null : metadata.labels());
        long size = size(cmd) + size(entrypoint) + size(envVars) + size(secrets);
        checks.that(
                "env_vars",
                size <= MAX_TEXT,
                "and cmd, entrypoint and secrets must have at most " + MAX_TEXT + " characters together");
        checks.that("metered", metered == null || price == null, "and price are two ways to pay: keep one");
        if (price != null) {
            try {
                Money.parse(price);
            } catch (IllegalArgumentException e) {
                checks.that("price", false, String.valueOf(e.getMessage()));
            }
        }
        checks.done();
    }

    private static @Nullable String template(@Nullable StorageConfig storage) {
        return storage == null ? null : storage.fileNameTemplate();
    }

    private static long size(@Nullable List<String> words) {
        return words == null
                ? 0
                : words.stream()
                        .mapToLong(word -> word == null ? 0 : word.length())
                        .sum();
    }

    private static long size(@Nullable Map<String, String> members) {
        return members == null
                ? 0
                : members.entrySet().stream()
                        .mapToLong(member -> member.getKey().length()
                                + (member.getValue() == null
                                        ? 0
                                        : member.getValue().length()))
                        .sum();
    }

    private static void words(Checks checks, String member, @Nullable List<String> words) {
        checks.size(member, words, MAX_WORDS);
        for (int i = 0; words != null && i < Math.min(words.size(), MAX_WORDS); i++) {
            checks.that(
                    member + "/" + i, isValue(words.get(i), MAX_WORD), "must have at most " + MAX_WORD + " characters");
        }
    }

    private static void variables(Checks checks, String member, @Nullable Map<String, String> variables) {
        if (variables == null) {
            return;
        }
        checks.that(member, variables.size() <= MAX_VARIABLES, "must have at most " + MAX_VARIABLES + " members");
        variables.forEach((name, value) -> checks.that(
                member + "/" + Checks.escaped(name),
                VARIABLE.matcher(name).matches() && isValue(value, MAX_VALUE),
                "must be a variable's name with a value of at most " + MAX_VALUE + " characters"));
    }

    private static void labels(Checks checks, @Nullable Map<String, String> labels) {
        if (labels == null) {
            return;
        }
        checks.that("metadata/labels", labels.size() <= MAX_LABELS, "must have at most " + MAX_LABELS + " members");
        labels.forEach((name, value) -> checks.that(
                "metadata/labels/" + Checks.escaped(name),
                LABEL.matcher(name).matches() && !name.startsWith("pithead.") && isValue(value, MAX_NAME),
                "must be a label's name, not beginning with pithead., with a value of at most " + MAX_NAME
                        + " characters"));
    }

    /** Anything a program can be given: no NUL. */
    private static boolean isValue(@Nullable String value, int max) {
        return value != null && value.length() <= max && Checks.storable(value).equals(value);
    }

    /** What may be stored in clear and shown: the secrets' names without their values. */
    public TaskRequest withoutSecrets() {
        return new TaskRequest(
                name,
                image,
                pullPolicy,
                envVars,
                cmd,
                entrypoint,
                metadata,
                volumeMounts,
                schedulingConfig,
                storageConfig,
                resources,
                replicas,
                requirements,
                restart,
                ports,
                null,
                null,
                maxRuntimeS,
                deadline,
                priority,
                run,
                price,
                metered);
    }

    @Override
    public String toString() {
        return "TaskRequest[name=" + name + ", image=" + image + "]";
    }
}
