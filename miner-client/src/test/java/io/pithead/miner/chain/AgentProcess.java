package io.pithead.miner.chain;

import io.pithead.miner.Main;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** {@code pithead-miner run} in a process of its own, by the classes of this build. */
final class AgentProcess implements AutoCloseable {
    private final Process process;

    private AgentProcess(Process process) {
        this.process = process;
    }

    static AgentProcess start(Path conf) throws Exception {
        return new AgentProcess(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "run",
                        "--config=" + conf)
                .redirectErrorStream(true)
                .redirectOutput(conf.resolveSibling("agent.log").toFile())
                .start());
    }

    @Override
    public void close() throws Exception {
        process.destroy();
        process.waitFor(5, TimeUnit.SECONDS);
        process.destroyForcibly().waitFor();
    }
}
