package io.pithead.miner.challenge;

import io.pithead.miner.challenge.ProverProcess.Assignment;
import io.pithead.miner.challenge.ProverProcess.Said;
import io.pithead.miner.challenge.core.Share;
import io.pithead.miner.hardware.ProcessTree;
import io.pithead.miner.workload.ChildLaunch;
import io.pithead.miner.workload.ChildSettings;
import io.pithead.miner.workload.TorchNatives;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.node.Mode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/** The process that proves one challenge, as the agent has it. Closing it kills it. */
public final class ProverChild implements Proving {
    private static final int MAX_WORDS = 300;
    /** By itself Java would keep a third of the memory for what is short-lived: the factor, or the pages, is most of it, and stays. */
    private static final String YOUNG = "-Xmn32m";

    private final Process process;
    private final ProcessTree tree;
    /** What is no progress: a commitment, an opening and an end at most. */
    private final BlockingQueue<Said> said = new LinkedBlockingQueue<>();

    private final Thread complaintsReader;
    private volatile String lastWords = "";

    private ProverChild(Process process, IntConsumer percent) {
        this.process = process;
        this.tree = new ProcessTree(process.toHandle());
        complaintsReader = Thread.ofVirtual().name("prover-stderr").start(this::readComplaints);
        Thread.ofVirtual().name("prover-stdout").start(() -> read(percent));
    }

    /**
     * @param folder of its own, where it may write
     * @param percent hears how far the multiplication is, on another thread
     */
    public static ProverChild start(
            ChildSettings settings, Share share, Path folder, Challenge challenge, IntConsumer percent)
            throws IOException {
        boolean gpu = settings.mode() == Mode.GPU;
        Map<String, String> environment = gpu ? TorchNatives.environment(settings.torch(), settings.cache()) : Map.of();
        Process process = ChildLaunch.start(
                settings,
                Files.createDirectories(folder),
                List.of("-Xmx" + share.needsMb(challenge) + "m", YOUNG),
                environment,
                ProverProcess.class);
        var child = new ProverChild(process, percent);
        child.tell(new Assignment(challenge, share.cores(), gpu));
        return child;
    }

    @Override
    public Commitment commitment(Duration within) throws UnansweredException, InterruptedException {
        Commitment commitment = next(within).commitment();
        if (commitment == null) {
            throw new UnansweredException("the prover said something else than its commitment");
        }
        return commitment;
    }

    @Override
    public Opening open(Question question, Duration within) throws UnansweredException, InterruptedException {
        try {
            tell(question);
        } catch (IOException e) {
            // it has ended, and what it said of that comes next
        }
        Opening opening = next(within).opening();
        if (opening == null) {
            throw new UnansweredException("the prover said something else than its opening");
        }
        return opening;
    }

    private void tell(Object message) throws IOException {
        OutputStream in = process.getOutputStream();
        in.write(Json.write(message));
        in.write('\n');
        in.flush();
    }

    private Said next(Duration within) throws UnansweredException, InterruptedException {
        Said next = said.poll(Math.max(0, within.toMillis()), TimeUnit.MILLISECONDS);
        if (next == null) {
            throw new UnansweredException("the prover is not done in time");
        }
        if (next.problem() != null) {
            throw new UnansweredException("the prover failed: " + next.problem());
        }
        return next;
    }

    private void read(IntConsumer percent) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Said now = Json.own(line, Said.class);
                Integer done = now.percent();
                if (done == null) {
                    said.add(now);
                } else {
                    percent.accept(done);
                }
            }
            complaintsReader.join();
            said.add(Said.problem("its process ended with code " + process.waitFor() + ": " + lastWords));
        } catch (IOException | UncheckedIOException e) {
            said.add(Said.problem("its process cannot be heard: " + e.getMessage()));
        } catch (InterruptedException e) {
            // nobody interrupts this thread
            Thread.currentThread().interrupt();
        }
    }

    private void readComplaints() {
        try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String cut = line.length() > MAX_WORDS ? line.substring(0, MAX_WORDS) : line;
                lastWords = cut.replaceAll("\\p{Cntrl}", " ");
            }
        } catch (IOException e) {
            // the process ended
        }
    }

    @Override
    public void close() {
        tree.kill();
    }
}
