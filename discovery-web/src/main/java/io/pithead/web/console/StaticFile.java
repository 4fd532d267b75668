package io.pithead.web.console;

import io.pithead.protocol.signing.Digests;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A file of the pages, under a path with its digest, so that it never changes. Only those in the table exist. */
record StaticFile(String name, String mediaType, byte[] bytes, String digest) {
    static final String ROOT = "/console/static/";
    private static final int DIGEST_CHARACTERS = 16;
    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final String STYLE = "text/css; charset=utf-8";

    private static final Map<String, StaticFile> ALL = Stream.of(
                    own("console.css", STYLE),
                    own("console.js", SCRIPT),
                    own("pithead.svg", "image/svg+xml"),
                    library("htmx.org", "dist/htmx.min.js", SCRIPT),
                    library("uplot", "dist/uPlot.iife.min.js", SCRIPT),
                    library("uplot", "dist/uPlot.min.css", STYLE))
            .collect(Collectors.toUnmodifiableMap(StaticFile::name, Function.identity()));

    static Optional<StaticFile> find(String digest, String name) {
        return Optional.ofNullable(ALL.get(name)).filter(file -> file.digest.equals(digest));
    }

    static String path(String name) {
        StaticFile file = ALL.get(name);
        if (file == null) {
            throw new IllegalArgumentException(name);
        }
        return ROOT + file.digest + "/" + name;
    }

    private static StaticFile own(String name, String mediaType) {
        return of(name, mediaType, read(name));
    }

    private static StaticFile library(String jar, String path, String mediaType) {
        var properties = new Properties();
        try {
            properties.load(
                    new ByteArrayInputStream(read("/META-INF/maven/org.webjars.npm/" + jar + "/pom.properties")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String file = "/META-INF/resources/webjars/" + jar + "/" + properties.getProperty("version") + "/" + path;
        return of(path.substring(path.lastIndexOf('/') + 1), mediaType, read(file));
    }

    private static StaticFile of(String name, String mediaType, byte[] bytes) {
        return new StaticFile(name, mediaType, bytes, Digests.sha256Hex(bytes).substring(0, DIGEST_CHARACTERS));
    }

    private static byte[] read(String path) {
        try (@Nullable InputStream file = StaticFile.class.getResourceAsStream(path)) {
            if (file == null) {
                throw new IllegalStateException(path + " is not in the archive");
            }
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
