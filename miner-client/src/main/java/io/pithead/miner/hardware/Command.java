package io.pithead.miner.hardware;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A short program and what it prints, bounded in time and length. */
final class Command {
    private static final int MAX_OUTPUT_BYTES = 256 * 1024;

    private final Process process;
    private final CompletableFuture<String> text = new CompletableFuture<>();

    private Command(Process process) {
        this.process = process;
    }

    /** Empty when the program is missing. */
    static Optional<Command> start(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            var started = new Command(process);
            Thread.ofPlatform().name("output-of-" + process.pid()).daemon().start(started::read);
            return Optional.of(started);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Empty when the program is missing, fails, prints too much or does not end in time. */
    static Optional<String> output(List<String> command, Duration limit) {
        return start(command).flatMap(started -> started.output(limit));
    }

    /** Empty when it fails or does not end in time; then it is killed, which one that waits for a driver heeds late. */
    Optional<String> output(Duration limit) {
        try {
            boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            return ended && process.exitValue() == 0
                    ? Optional.of(text.get(limit.toMillis(), TimeUnit.MILLISECONDS))
                    : Optional.empty();
        } catch (ExecutionException | TimeoutException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            process.destroyForcibly();
        }
    }

    /** Whether nothing is left of it: it has ended, and so has whoever it passed its output on to. */
    boolean isGone() {
        return !process.isAlive() && text.isDone();
    }

    private void read() {
        try (InputStream in = process.getInputStream()) {
            text.complete(new String(in.readNBytes(MAX_OUTPUT_BYTES), StandardCharsets.UTF_8));
        } catch (IOException e) {
            text.complete("");
        }
    }
}
