package io.pithead.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The error envelope for answers that the container gives before any of our code runs. */
final class ErrorPages {
    private record Page(String code, String message) {}

    private static final Map<Integer, Page> PAGES = Map.of(
            400, new Page("INVALID_PAYLOAD", "the request is malformed"),
            404, new Page("NOT_FOUND", "there is nothing at this path"),
            405, new Page("METHOD_NOT_ALLOWED", "this method is not allowed here"),
            413, new Page("PAYLOAD_TOO_LARGE", "the request is too large"),
            414, new Page("PAYLOAD_TOO_LARGE", "the path is too long"),
            431, new Page("PAYLOAD_TOO_LARGE", "the headers are too large"),
            500, new Page("INTERNAL", "the server failed"),
            501, new Page("METHOD_NOT_ALLOWED", "this method is not known"),
            503, new Page("UNAVAILABLE", "the server cannot answer now"));

    private ErrorPages() {}

    /** @return the page of each status */
    static Map<Integer, Path> write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Map<Integer, Path> written = new LinkedHashMap<>();
        for (Map.Entry<Integer, Page> page : new java.util.TreeMap<>(PAGES).entrySet()) {
            Path file = folder.resolve(page.getKey() + ".json");
            Files.writeString(
                    file,
                    "{\"error\":{\"code\":\"" + page.getValue().code() + "\",\"message\":\""
                            + page.getValue().message() + "\",\"details\":{}}}");
            written.put(page.getKey(), file);
        }
        return written;
    }
}
