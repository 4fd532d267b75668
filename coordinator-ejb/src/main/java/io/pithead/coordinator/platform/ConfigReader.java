package io.pithead.coordinator.platform;

import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads typed, bounded settings, and keeps what is wrong with them and what was asked for. */
public final class ConfigReader {
    private final Function<String, Optional<String>> source;
    private final List<String> problems = new ArrayList<>();
    private final Map<String, String> defaults = new LinkedHashMap<>();

    public ConfigReader(Function<String, Optional<String>> source) {
        this.source = source;
    }

    public Duration duration(String key, Duration otherwise, Duration min, Duration max) {
        return read(
                key, otherwise, otherwise.toString(), "a duration such as PT30S from " + min + " to " + max, text -> {
                    Duration value = Duration.parse(text);
                    return value.compareTo(min) >= 0 && value.compareTo(max) <= 0
                            ? Optional.of(value)
                            : Optional.empty();
                });
    }

    public int integer(String key, int otherwise, int min, int max) {
        return (int) number(key, otherwise, min, max);
    }

    public long number(String key, long otherwise, long min, long max) {
        return read(key, otherwise, Long.toString(otherwise), "a whole number from " + min + " to " + max, text -> {
            long value = Long.parseLong(text);
            return value >= min && value <= max ? Optional.of(value) : Optional.empty();
        });
    }

    public boolean flag(String key, boolean otherwise) {
        return read(key, otherwise, Boolean.toString(otherwise), "true or false", text -> switch (text) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> Optional.empty();
        });
    }

    public String text(String key, String otherwise) {
        return read(key, otherwise, otherwise, "text", Optional::of);
    }

    /** A value of any type; {@code parse} throws {@link IllegalArgumentException} or gives nothing when it is wrong. */
    public <T> T parsed(String key, T otherwise, String shown, String form, Function<String, Optional<T>> parse) {
        return read(key, otherwise, shown, form, parse);
    }

    public Path path(String key, Path otherwise) {
        return read(key, otherwise, otherwise.toString(), "a path", text -> Optional.of(Path.of(text)));
    }

    /** Something wrong that no single value shows. It must not show a secret. */
    public void problem(String text) {
        problems.add(text);
    }

    public List<String> problems() {
        return List.copyOf(problems);
    }

    /** Every key that was asked for, with its default as text. */
    public Map<String, String> defaults() {
        return Map.copyOf(defaults);
    }

    private <T> T read(String key, T otherwise, String shown, String form, Function<String, Optional<T>> parse) {
        defaults.put(key, shown);
        Optional<String> text = source.apply(key).filter(value -> !value.isBlank());
        if (text.isEmpty()) {
            return otherwise;
        }
        Optional<T> value;
        try {
            value = parse.apply(text.get().strip());
        } catch (IllegalArgumentException | DateTimeParseException e) {
            value = Optional.empty();
        }
        if (value.isEmpty()) {
            problems.add(key + " must be " + form + ", not \"" + text.get() + "\"");
        }
        return value.orElse(otherwise);
    }
}
