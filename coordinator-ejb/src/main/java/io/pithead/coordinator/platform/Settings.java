package io.pithead.coordinator.platform;

import io.pithead.protocol.admin.Setting;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** What this instance was started with, as an operator may see it. */
@ApplicationScoped
public class Settings {
    static final String MASK = "••••••";
    private static final String PREFIX = "pithead.";
    /** System properties in which the launcher says which settings are of its file, and which it made up itself. */
    private static final String OF_FILE = "io.pithead.launcher.file-keys";

    private static final String OF_LAUNCHER = "io.pithead.launcher.own-keys";

    /** A word of a key that says that its value is nobody's business; of a file only the name is told, which is. */
    private static final Pattern SECRET =
            Pattern.compile(".*([.-](password|passphrase|secret|token|credential|mnemonic)|(?<!per)[.-]key)s?");

    private static final Pattern URL = Pattern.compile("(jdbc:)?[a-z][a-z0-9+.-]*://.*");

    private volatile List<Setting> items = List.of();

    /** A value that was set, and the name of where. */
    record Found(String value, String source) {}

    public List<Setting> list() {
        return items;
    }

    /** @param names of all settings there are, also of those that nobody reads */
    void keep(Map<String, String> defaults, Function<String, Optional<Found>> source, Iterable<String> names) {
        items = read(defaults, source, names, words(OF_FILE), words(OF_LAUNCHER));
    }

    private static Set<String> words(String property) {
        return Set.of(System.getProperty(property, "").split(","));
    }

    static List<Setting> read(
            Map<String, String> defaults,
            Function<String, Optional<Found>> source,
            Iterable<String> names,
            Set<String> ofFile,
            Set<String> ofLauncher) {
        var keys = new HashSet<>(defaults.keySet());
        names.forEach(name -> {
            if (name.startsWith(PREFIX)) {
                keys.add(name);
            }
        });
        var settings = new ArrayList<Setting>();
        for (String key : keys) {
            Optional<Found> found = source.apply(key).filter(one -> !one.value().isBlank());
            String byDefault = defaults.get(key);
            if (found.isEmpty() && byDefault == null) {
                continue;
            }
            String value = found.map(Found::value).orElse(byDefault == null ? "" : byDefault);
            String shown = found.isPresent() ? shown(key, value) : value;
            String from = found.map(one -> ofLauncher.contains(key)
                            ? "pithead.jar"
                            : ofFile.contains(key) ? "configuration file" : place(one.source()))
                    .orElse(null);
            settings.add(new Setting(key, shown, byDefault, from, !shown.equals(value)));
        }
        settings.sort(Comparator.comparing(Setting::key));
        return List.copyOf(settings);
    }

    private static String shown(String key, String value) {
        if (SECRET.matcher(key).matches()) {
            return MASK;
        }
        return URL.matcher(value).matches() ? place(value, value.indexOf("://")) : value;
    }

    /** Names of nodes' services carry keys in their user, path and query: where it leads is enough. */
    private static String place(String url, int colon) {
        try {
            URI uri = new URI("x" + url.substring(colon));
            String host = uri.getHost();
            if (host == null) {
                return MASK;
            }
            String path = uri.getRawPath();
            boolean more = uri.getRawUserInfo() != null
                    || uri.getRawQuery() != null
                    || uri.getRawFragment() != null
                    || path != null && path.length() > 1 && !url.startsWith("jdbc:");
            String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
            String name = url.startsWith("jdbc:") && path != null ? path : "";
            return more ? url.substring(0, colon) + "://" + host + port + name + "/…" : url;
        } catch (URISyntaxException e) {
            return MASK;
        }
    }

    private static String place(String source) {
        String name = source.toLowerCase(Locale.ROOT);
        if (name.contains("env")) {
            return "environment";
        }
        return name.contains("system") ? "system property" : source;
    }
}
