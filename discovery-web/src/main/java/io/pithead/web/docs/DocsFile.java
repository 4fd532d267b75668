package io.pithead.web.docs;

import io.pithead.protocol.signing.Digests;
import jakarta.ws.rs.core.EntityTag;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One file of the page, read once. Only names in the table exist: no path of a request reaches the class path. */
record DocsFile(byte[] bytes, String mediaType, EntityTag tag) {
    private static final String WEBJAR = "/META-INF/resources/webjars/swagger-ui/";
    private static final String WEBJAR_VERSION = "/META-INF/maven/org.webjars/swagger-ui/pom.properties";
    private static final Map<String, String> MEDIA_TYPES = Map.of(
            "index.html", "text/html; charset=utf-8",
            "start.js", "text/javascript; charset=utf-8",
            "swagger-ui.css", "text/css; charset=utf-8",
            "swagger-ui-bundle.js", "text/javascript; charset=utf-8",
            "favicon-32x32.png", "image/png");
    private static final Map<String, DocsFile> READ = new ConcurrentHashMap<>();

    static Optional<DocsFile> find(String name) throws IOException {
        Optional<String> mediaType = mediaType(name);
        if (mediaType.isEmpty()) {
            return Optional.empty();
        }
        DocsFile known = READ.get(name);
        if (known == null) {
            byte[] bytes = read(name);
            known = new DocsFile(bytes, mediaType.get(), new EntityTag(Digests.sha256Hex(bytes)));
            READ.put(name, known);
        }
        return Optional.of(known);
    }

    static Optional<String> mediaType(String name) {
        return Optional.ofNullable(MEDIA_TYPES.get(name));
    }

    static byte[] read(String name) throws IOException {
        try (InputStream own = DocsFile.class.getResourceAsStream(name)) {
            if (own != null) {
                return own.readAllBytes();
            }
        }
        return whole(WEBJAR + version() + "/" + name);
    }

    private static String version() throws IOException {
        var properties = new Properties();
        properties.load(new ByteArrayInputStream(whole(WEBJAR_VERSION)));
        return properties.getProperty("version", "");
    }

    private static byte[] whole(String path) throws IOException {
        try (@Nullable InputStream file = DocsFile.class.getResourceAsStream(path)) {
            if (file == null) {
                throw new IOException(path + " is not in the archive");
            }
            return file.readAllBytes();
        }
    }
}
