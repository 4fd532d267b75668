package io.pithead.miner.challenge;

import ai.djl.Device;
import io.pithead.miner.workload.Child;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The main class of the process that multiplies, or fills memory or a file. Its input are lines of JSON, one {@link Assignment} and one {@link Question}, its output
 * lines of {@link Said}; a key it never sees. It ends itself when its input closes, which happens when the agent dies, however it
 * dies.
 */
public final class ProverProcess {
    private static final int ORPHANED = 70;
    private static final int PERCENT = 100;

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final PrintStream out;
    private int percent;

    private ProverProcess(PrintStream out) {
        this.out = out;
    }

    /** @param gpu whether a graphics card may be used, if there is one that PyTorch can use */
    record Assignment(Challenge challenge, int cores, boolean gpu) {}

    /** One of them. */
    record Said(
            @Nullable Integer percent,
            @Nullable Commitment commitment,
            @Nullable Opening opening,
            @Nullable String problem) {
        static Said problem(String problem) {
            return new Said(null, null, null, problem);
        }
    }

    public static void main(String[] args) {
        Child.volunteer();
        var prover = new ProverProcess(System.out);
        // what libraries print must not look like ours
        System.setOut(System.err);
        Thread.ofPlatform().name("agent-watch").daemon().start(prover::listen);
        try {
            prover.prove();
        } catch (OutOfMemoryError e) {
            prover.say(Said.problem("it takes more memory than was reckoned with: " + e.getMessage()));
        } catch (Exception | LinkageError e) {
            prover.say(Said.problem(e.toString()));
        }
        System.exit(0);
    }

    private void listen() {
        try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            // a broken pipe means the same as a closed one
        }
        Runtime.getRuntime().halt(ORPHANED);
    }

    private void prove() throws IOException, InterruptedException {
        Assignment work = Json.own(lines.take(), Assignment.class);
        try (var crew = new Crew(work.cores())) {
            switch (work.challenge().kind()) {
                case COMPUTE -> multiply(work, crew);
                case MEMORY -> tell(MemoryProver.commit(work.challenge(), crew, this::progress));
                case STORAGE -> write(work);
                case NETWORK, CONTAINER -> throw new IllegalArgumentException("no work for a process");
            }
        }
    }

    private void write(Assignment work) throws IOException, InterruptedException {
        try (StorageProver prover = StorageProver.commit(work.challenge(), Path.of(""), this::progress)) {
            tell(prover);
        }
    }

    private void multiply(Assignment work, Crew crew) throws InterruptedException {
        try (Multiplier multiplier = multiplier(work, crew)) {
            tell(Prover.commit(work.challenge(), multiplier, crew, this::progress));
        }
    }

    private void tell(Proof proof) throws InterruptedException {
        say(new Said(null, proof.commitment(), null, null));
        Question question = Json.own(lines.take(), Question.class);
        say(new Said(null, null, proof.open(question), null));
    }

    private static Multiplier multiplier(Assignment work, Crew crew) throws InterruptedException {
        byte[] seed = work.challenge().seed();
        int size = work.challenge().size();
        return work.gpu() && hasGpu()
                ? TorchMultiplier.of(seed, size, Device.gpu(), crew)
                : JavaMultiplier.of(seed, size, crew);
    }

    private static boolean hasGpu() {
        try {
            return TorchMultiplier.hasGpu();
        } catch (RuntimeException | LinkageError e) {
            System.err.println("PyTorch does not load, the processor multiplies: " + e);
            return false;
        }
    }

    private void progress(int rows, int all) {
        int now = (int) ((long) PERCENT * rows / all);
        if (now > percent) {
            percent = now;
            say(new Said(now, null, null, null));
        }
    }

    private void say(Said said) {
        out.writeBytes(Json.write(said));
        out.write('\n');
        out.flush();
    }
}
