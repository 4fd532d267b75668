package io.pithead.coordinator.user;

import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.ConfigSection;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whose accounts people may sign in with. It is off until there is an issuer. */
@ApplicationScoped
public class OidcConfig implements ConfigSection {
    static final int MAX_URL = 255;
    private static final int MAX_SECRET_BYTES = 4_096;
    private static final String PREFIX = "pithead.oidc.";
    private static final String ISSUER = PREFIX + "issuer";
    private static final String SECRET_FILE = PREFIX + "client-secret.file";
    private static final URI NO_URL = URI.create("");
    private static final Pattern PRINTABLE = Pattern.compile("[!-~]{1,255}");
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N} ._-]{0,39}");
    /** An address that is written out: no name is looked up. */
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|\\[[0-9a-fA-F:.]+]");

    private @Nullable Provider provider;

    /**
     * @param secret none for a client that the issuer knows as public
     * @param redirect where the issuer sends people back to; none: to where they came from
     */
    record Provider(
            URI issuer,
            String clientId,
            @Nullable String secret,
            String name,
            @Nullable URI redirect) {
        /** Without the secret. */
        @Override
        public String toString() {
            return issuer + " " + clientId;
        }
    }

    /** For the container. */
    public OidcConfig() {}

    /** For tests. */
    OidcConfig(Provider provider) {
        this.provider = provider;
    }

    @Override
    public void read(ConfigReader reader) {
        URI issuer = reader.parsed(
                ISSUER,
                NO_URL,
                "none",
                "https://HOST[:PORT][/PATH], or http:// on this machine",
                text -> Optional.of(URI.create(text)).filter(OidcConfig::isIssuer));
        String clientId = reader.parsed(
                PREFIX + "client-id", "", "none", "1 to 255 printable characters", text -> matching(PRINTABLE, text));
        Path secretFile = reader.parsed(SECRET_FILE, Path.of(""), "none", "a path", text -> Optional.of(Path.of(text)));
        String name = reader.parsed(
                PREFIX + "name",
                "",
                "the issuer's host",
                "1 to 40 letters, digits, spaces and . _ -",
                text -> matching(NAME, text));
        URI redirect = reader.parsed(
                PREFIX + "redirect",
                NO_URL,
                "where the browser is",
                "https://HOST[:PORT]" + OidcFacade.CALLBACK + ", or http:// on this machine",
                text -> Optional.of(URI.create(text)).filter(OidcConfig::isCallback));
        boolean any =
                !clientId.isEmpty() || !secretFile.toString().isEmpty() || !name.isEmpty() || !redirect.equals(NO_URL);
        if (issuer.equals(NO_URL)) {
            if (any) {
                reader.problem(ISSUER + " must be set, because another " + PREFIX + "* is");
            }
            return;
        }
        if (clientId.isEmpty()) {
            reader.problem(PREFIX + "client-id must be set, because " + ISSUER + " is");
            return;
        }
        provider = new Provider(
                issuer,
                clientId,
                secretFile.toString().isEmpty() ? null : secret(reader, secretFile),
                name.isEmpty() ? issuer.getHost() : name,
                redirect.equals(NO_URL) ? null : redirect);
    }

    Optional<Provider> provider() {
        return Optional.ofNullable(provider);
    }

    /** Nobody on the way reads or changes what is asked there. */
    static boolean isSafe(URI url) {
        if (url.getHost() == null || url.getRawUserInfo() != null || url.getRawFragment() != null) {
            return false;
        }
        return "https".equals(url.getScheme()) || ("http".equals(url.getScheme()) && isThisMachine(url.getHost()));
    }

    private static boolean isThisMachine(String host) {
        if (host.equals("localhost")) {
            return true;
        }
        try {
            return ADDRESS.matcher(host).matches()
                    && InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static boolean isIssuer(URI url) {
        return isSafe(url) && url.getRawQuery() == null && url.toString().length() <= MAX_URL;
    }

    private static boolean isCallback(URI url) {
        return isIssuer(url) && OidcFacade.CALLBACK.equals(url.getRawPath());
    }

    private static Optional<String> matching(Pattern pattern, String text) {
        return pattern.matcher(text).matches() ? Optional.of(text) : Optional.empty();
    }

    private static String secret(ConfigReader reader, Path file) {
        try {
            if (Files.size(file) <= MAX_SECRET_BYTES) {
                String text = Files.readString(file, StandardCharsets.UTF_8).strip();
                if (!text.isEmpty()) {
                    return text;
                }
            }
            reader.problem(SECRET_FILE + " must name a file with one secret, which " + file + " is not");
        } catch (IOException e) {
            reader.problem(SECRET_FILE + " must name a file that can be read, not " + file);
        }
        return "";
    }
}
