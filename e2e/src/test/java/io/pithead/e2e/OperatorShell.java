package io.pithead.e2e;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The one shell that an operator has open: what a block sets, the next one sees. It ends at the first command that fails,
 * and so does the test.
 */
final class OperatorShell implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(6);
    private static final long GRACE_SECONDS = 10;

    private final Path folder;
    private final Path log;
    private final Process process;
    private final BufferedWriter commands;
    private int count;

    private OperatorShell(Path folder, Path log, Process process) {
        this.folder = folder;
        this.log = log;
        this.process = process;
        this.commands = process.outputWriter();
    }

    /** @param folder where it works; what it starts runs without the rights of root */
    static OperatorShell start(Path folder, Map<String, String> environment) throws IOException {
        Path log = Server.log("operator");
        var builder = new ProcessBuilder(Postgres.unprivileged(List.of("bash", "-euo", "pipefail", "-s")))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        return new OperatorShell(folder, log, builder.start());
    }

    /** @return what it printed */
    String run(String block) {
        String end = "@@" + ++count;
        try {
            Path file = Files.writeString(folder.resolve("block-" + count + ".sh"), block);
            int before = output().length();
            // from a file: what reads its input would otherwise read the blocks to come
            commands.write(". " + file + " </dev/null\necho '" + end + "'\n");
            commands.flush();
            Await.until(
                    "the block to end:\n" + block, LIMIT, () -> output().contains(end + "\n") || !process.isAlive());
            String printed = output().substring(before);
            if (!printed.endsWith(end + "\n")) {
                throw new AssertionError("failed:\n" + block + "\nsaid:\n" + printed);
            }
            return printed.substring(0, printed.length() - end.length() - 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String output() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() throws IOException {
        if (process.isAlive()) {
            commands.close();
        }
        try {
            if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
