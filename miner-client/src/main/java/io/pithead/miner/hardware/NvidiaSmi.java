package io.pithead.miner.hardware;

import io.pithead.protocol.node.Hardware;
import io.pithead.protocol.task.ContainerMetrics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** NVIDIA's own tool, as the guide uses it: a GPU counts when the tool is there and answers. */
public final class NvidiaSmi {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int FIELDS = 5;
    private static final int MAX_GPUS = 64;
    private static final int MAX_TEXT = 200;
    private static final String USE = "--query-gpu=uuid,utilization.gpu,memory.used,power.draw,temperature.gpu";
    private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,6}(?:\\.[0-9]{1,6})?");
    private static final Pattern CUDA = Pattern.compile("CUDA Version\\s*:\\s*([0-9]{1,5}(?:\\.[0-9]{1,5}){0,3})");

    private final String program;

    /** @param program name or path of the tool */
    public NvidiaSmi(String program) {
        this.program = program;
    }

    public String program() {
        return program;
    }

    /** The GPUs that answer; none when the tool is missing or fails. */
    public List<Hardware.Gpu> gpus() {
        Optional<String> listing = Command.output(
                List.of(
                        program,
                        "--query-gpu=index,uuid,name,memory.total,driver_version",
                        "--format=csv,noheader,nounits"),
                LIMIT);
        if (listing.isEmpty()) {
            return List.of();
        }
        String cuda = Command.output(List.of(program), LIMIT)
                .map(CUDA::matcher)
                .filter(Matcher::find)
                .map(found -> found.group(1))
                .orElse(null);
        return parse(listing.get(), cuda);
    }

    static List<Hardware.Gpu> parse(String listing, @Nullable String cuda) {
        return listing.lines()
                .map(line -> line.split(",", -1))
                .filter(fields -> fields.length == FIELDS)
                .limit(MAX_GPUS)
                .map(fields -> new Hardware.Gpu(
                        number(fields[0]).map(Long::intValue).orElse(null),
                        text(fields[1]),
                        text(fields[2]),
                        number(fields[3]).orElse(null),
                        text(fields[4]),
                        cuda))
                .toList();
    }

    /** Asks what each GPU does, see {@link #use}; empty when the tool is missing. */
    Optional<Command> askUse() {
        return Command.start(List.of(program, USE, "--format=csv,noheader,nounits"));
    }

    /** By UUID, of those that are wanted. A figure that cannot be is none. */
    static Map<String, ContainerMetrics.Gpu> use(String listing, Set<String> wanted) {
        return listing.lines()
                .map(line -> line.split(",", -1))
                .filter(fields -> fields.length == FIELDS && wanted.contains(fields[0].strip()))
                .map(fields -> new ContainerMetrics.Gpu(
                        fields[0].strip(),
                        upTo(100, fields[1]).map(Long::intValue).orElse(null),
                        upTo(ContainerMetrics.Gpu.MAX_MEMORY_MB, fields[2]).orElse(null),
                        watts(fields[3]),
                        upTo(ContainerMetrics.Gpu.MAX_TEMPERATURE_C, fields[4])
                                .map(Long::intValue)
                                .orElse(null)))
                .collect(Collectors.toMap(ContainerMetrics.Gpu::uuid, gpu -> gpu, (first, again) -> first));
    }

    private static Optional<Long> upTo(long most, String field) {
        return number(field).filter(number -> number <= most);
    }

    private static @Nullable Double watts(String field) {
        String text = field.strip();
        return DECIMAL.matcher(text).matches() && Double.parseDouble(text) <= ContainerMetrics.Gpu.MAX_POWER_W
                ? Double.valueOf(text)
                : null;
    }

    /** {@code [N/A]} and {@code [Not Supported]} are how the tool says that it does not know. */
    private static @Nullable String text(String field) {
        String text = field.strip();
        boolean known = !text.isEmpty() && !text.startsWith("[") && text.length() <= MAX_TEXT;
        return known && text.chars().noneMatch(Character::isISOControl) ? text : null;
    }

    private static Optional<Long> number(String field) {
        String text = field.strip();
        return text.matches("[0-9]{1,15}") ? Optional.of(Long.valueOf(text)) : Optional.empty();
    }
}
