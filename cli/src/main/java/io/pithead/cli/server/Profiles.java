package io.pithead.cli.server;

import io.pithead.cli.screen.Text;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code ~/.config/pithead/config}: {@code NAME.url}, {@code NAME.ca-file} and {@code NAME.key} a profile. Only its owner may read it,
 * as it has keys.
 */
public final class Profiles {
    public static final String USUAL = "default";
    public static final String USUAL_URL = "http://127.0.0.1:8090";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final Path file;
    private final Map<String, String> environment;

    public Profiles(Path file, Map<String, String> environment) {
        this.file = file;
        this.environment = environment;
    }

    public static Profiles ofUser(Map<String, String> environment) {
        String own = environment.get("XDG_CONFIG_HOME");
        Path base = own == null || own.isEmpty() ? Path.of(System.getProperty("user.home"), ".config") : Path.of(own);
        return new Profiles(base.resolve("pithead/config"), environment);
    }

    public Path file() {
        return file;
    }

    /** What was typed goes before the environment, and that before the file. */
    public Profile find(@Nullable String name, @Nullable String url, @Nullable Path caFile) throws UsageException {
        String chosen = checked(or(name, environment.get("PITHEAD_PROFILE"), USUAL));
        Properties all = read();
        String kept = all.getProperty(chosen + ".url");
        if (name != null && kept == null && url == null) {
            throw new UsageException("there is no profile " + chosen + " in " + file + ": pithead login --profile "
                    + chosen + " --url URL");
        }
        String where = or(url, environment.get("PITHEAD_URL"), kept, USUAL_URL);
        String authorities = or(
                caFile == null ? null : caFile.toString(),
                environment.get("PITHEAD_CA_FILE"),
                all.getProperty(chosen + ".ca-file"),
                "");
        // a key is for the server that gave it: another one would learn it
        String own = where.equals(kept) ? all.getProperty(chosen + ".key") : null;
        String key = or(environment.get("PITHEAD_KEY"), own, "");
        return new Profile(
                chosen,
                origin(where),
                authorities.isEmpty() ? Optional.empty() : Optional.of(Path.of(authorities)),
                key.isEmpty() ? Optional.empty() : Optional.of(key));
    }

    public void save(Profile profile) throws UsageException, IOException {
        Properties all = read();
        all.setProperty(profile.name() + ".url", profile.url().toString());
        all.remove(profile.name() + ".ca-file");
        profile.caFile()
                .ifPresent(ca -> all.setProperty(
                        profile.name() + ".ca-file", ca.toAbsolutePath().toString()));
        all.remove(profile.name() + ".key");
        profile.key().ifPresent(key -> all.setProperty(profile.name() + ".key", key));
        write(all);
    }

    /** @return whether there was one */
    public boolean forget(String name) throws UsageException, IOException {
        Properties all = read();
        boolean had = all.stringPropertyNames().stream().anyMatch(key -> key.startsWith(name + "."));
        all.keySet().removeIf(key -> key.toString().startsWith(name + "."));
        write(all);
        return had;
    }

    private Properties read() throws UsageException {
        var all = new Properties();
        try {
            all.load(new StringReader(Files.readString(file)));
        } catch (NoSuchFileException e) {
            return all;
        } catch (IOException | IllegalArgumentException e) {
            throw new UsageException("cannot read " + file + ": " + e.getMessage());
        }
        return all;
    }

    /** Whole or not at all, and never readable by others in between. */
    private void write(Properties all) throws IOException {
        var text = new StringWriter();
        all.store(text, null);
        Files.createDirectories(file.getParent());
        Path next = Files.createTempFile(
                file.getParent(),
                "config",
                null,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(next, text.toString());
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String checked(String name) throws UsageException {
        if (!NAME.matcher(name).matches()) {
            throw new UsageException("a profile's name has letters, digits, - and _: not " + Text.plain(name));
        }
        return name;
    }

    private static URI origin(String text) throws UsageException {
        try {
            URI url = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            boolean web = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
            if (web && url.getHost() != null && url.getRawQuery() == null && url.getRawUserInfo() == null) {
                return url;
            }
        } catch (URISyntaxException e) {
            // said below
        }
        throw new UsageException(
                "a server is https://HOST or http://HOST, with a port and a path or not: not " + Text.plain(text));
    }

    private static String or(@Nullable String... values) {
        for (String value : values) {
            if (value != null) {
                return value;
            }
        }
        throw new IllegalArgumentException("no value at all");
    }
}
