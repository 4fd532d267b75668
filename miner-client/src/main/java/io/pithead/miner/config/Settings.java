package io.pithead.miner.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the owner wrote, by key, before it is understood, with everything that is odd about where it came from. */
public record Settings(Map<Key, String> values, List<String> warnings, List<String> problems) {
    public static final Path DEFAULT_FILE = Path.of("/etc/pithead/miner.conf");
    private static final long MAX_FILE_BYTES = 64 * 1024;

    public Settings {
        values = Map.copyOf(values);
        warnings = List.copyOf(warnings);
        problems = List.copyOf(problems);
    }

    /** @param file the file that was named, or empty for the default one, which need not exist */
    public static Settings gather(
            Map<Key, String> flags, Map<String, String> environment, Optional<Path> file, String hostname) {
        var warnings = new ArrayList<String>();
        var problems = new ArrayList<String>();
        Map<String, String> fromFile = read(file, hostname, warnings, problems);
        fromFile.keySet().stream()
                .filter(name -> Key.named(name).isEmpty())
                .forEach(name -> warnings.add("unknown setting " + name + nearest(name)));
        var values = new EnumMap<Key, String>(Key.class);
        for (Key key : Key.values()) {
            values.put(key, key == Key.MINER_ID ? hostname : key.defaultText());
            overwrite(values, key, fromFile.get(key.name()));
            overwrite(values, key, expanded(environment.get(key.name()), hostname));
            overwrite(values, key, expanded(flags.get(key), hostname));
        }
        return new Settings(values, warnings, problems);
    }

    public String text(Key key) {
        return values.getOrDefault(key, "");
    }

    /** systemd's EnvironmentFile hands the guide's {@code $(hostname)} on as it stands. */
    private static @Nullable String expanded(@Nullable String text, String hostname) {
        return text == null ? null : text.replace("$(hostname)", hostname);
    }

    private static void overwrite(Map<Key, String> values, Key key, @Nullable String text) {
        if (text != null) {
            values.put(key, text.strip());
        }
    }

    private static Map<String, String> read(
            Optional<Path> named, String hostname, List<String> warnings, List<String> problems) {
        Path file = named.orElse(DEFAULT_FILE);
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                problems.add(file + " is larger than " + MAX_FILE_BYTES + " bytes");
                return Map.of();
            }
            var parsed = ConfFile.parse(Files.readString(file), hostname);
            parsed.problems().forEach(problem -> problems.add(file + " " + problem));
            if (parsed.values().containsKey(Key.API_KEY.name()) && othersMayRead(file)) {
                warnings.add(file + " holds a key and other users may read it: chmod 600 " + file);
            }
            return parsed.values();
        } catch (NoSuchFileException e) {
            named.ifPresent(path -> problems.add("there is no file " + path));
        } catch (IOException e) {
            problems.add("cannot read " + file + ": " + e.getClass().getSimpleName());
        }
        return Map.of();
    }

    private static boolean othersMayRead(Path file) throws IOException {
        try {
            Set<PosixFilePermission> granted = Files.getPosixFilePermissions(file);
            return granted.contains(PosixFilePermission.OTHERS_READ)
                    || granted.contains(PosixFilePermission.GROUP_READ);
        } catch (UnsupportedOperationException e) {
            return false;
        }
    }

    private static String nearest(String name) {
        return Arrays.stream(Key.values())
                .map(Key::name)
                .filter(known -> distance(name.toUpperCase(Locale.ROOT), known) <= 2)
                .findFirst()
                .map(known -> ", did you mean " + known + "?")
                .orElse("");
    }

    /** Levenshtein's distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
