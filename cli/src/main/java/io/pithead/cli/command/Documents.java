package io.pithead.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.pithead.cli.server.UsageException;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Requests that people write: YAML, of which JSON is a part. */
final class Documents {
    private static final int MAX_BYTES = 1024 * 1024;
    private static final String STDIN = "-";
    private static final ObjectMapper YAML = new ObjectMapper(YAMLFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build());

    private Documents() {}

    /** @param file {@code -} for the standard input */
    static JsonNode read(String file) throws UsageException {
        try (InputStream in = file.equals(STDIN) ? System.in : Files.newInputStream(Path.of(file))) {
            byte[] text = in.readNBytes(MAX_BYTES + 1);
            if (text.length > MAX_BYTES) {
                throw new UsageException(file + " is longer than a request may be (1 MiB)");
            }
            JsonNode document = YAML.readTree(text);
            if (document == null || !document.isObject()) {
                throw new UsageException(file + " has to hold one document with members");
            }
            return document;
        } catch (JsonProcessingException e) {
            var place = e.getLocation();
            throw new UsageException(file + " is neither YAML nor JSON"
                    + (place == null ? "" : ", line " + place.getLineNr()) + ": " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UsageException("cannot read " + file);
        }
    }

    /** What was typed: JSON if it is some, and text otherwise. */
    static JsonNode value(String typed) {
        try {
            return Json.tree(typed.getBytes(StandardCharsets.UTF_8));
        } catch (InvalidPayloadException e) {
            return TextNode.valueOf(typed);
        }
    }
}
