package io.pithead.miner.testing;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.miner.workload.Task;
import io.pithead.miner.workload.Workload;
import io.pithead.protocol.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Jobs that do what jobs should not do, by their parameter {@code act}. */
public final class TestWorkloads implements Workload {
    record Params(String act, String mark, Integer size) {}

    @Override
    public String name() {
        return "misbehave";
    }

    @Override
    public JsonNode probe() {
        return Json.toTree(Map.of("act", "end", "mark", "/dev/null", "size", 0));
    }

    @Override
    public int heapMb() {
        return 256;
    }

    @Override
    public void run(Task task) throws Exception {
        Params params = task.params(Params.class);
        switch (params.act()) {
            case "hang" -> hang(params);
            case "fork" -> fork(params);
            case "hoard" -> hoard();
            case "write" -> write(task, params.size());
            case "copy" -> copy(task);
            case "burn" -> burn(params);
            case "say" -> say(params);
            case "die" -> Runtime.getRuntime().halt(9);
            default -> task.out().print("ended\n");
        }
    }

    private static void hang(Params params) throws IOException, InterruptedException {
        Files.writeString(
                Path.of(params.mark()), Long.toString(ProcessHandle.current().pid()));
        new CountDownLatch(1).await();
    }

    /** A grandchild whose parent has ended is nobody's descendant, only of the job's session. */
    private static void fork(Params params) throws IOException, InterruptedException {
        new ProcessBuilder("/bin/sh", "-c", "(sleep 300 & echo $! >> " + params.mark() + ") & sleep 300").start();
        hang(new Params("hang", params.mark() + ".self", 0));
    }

    private static void hoard() throws InterruptedException {
        List<byte[]> kept = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            byte[] block = new byte[1024 * 1024];
            java.util.Arrays.fill(block, (byte) 1);
            kept.add(block);
        }
        new CountDownLatch(1).await();
        throw new IllegalStateException("kept " + kept.size());
    }

    /** Beside its output, and with a line longer than anybody's memory should hold at once. */
    private static void say(Params params) {
        System.out.println("said " + params.mark());
        for (int i = 0; i < params.size(); i++) {
            System.err.print('x');
        }
        System.err.print("\nand died");
        System.err.flush();
        Runtime.getRuntime().halt(9);
    }

    private static void write(Task task, int size) {
        for (int i = 0; i < size; i++) {
            task.out().print((char) ('a' + i % 26));
        }
    }

    private static void copy(Task task) throws IOException {
        try (var files = Files.list(task.inputs())) {
            for (Path file : files.sorted().toList()) {
                task.out().print(file.getFileName() + "=" + Files.size(file) + "\n");
            }
        }
    }

    private static void burn(Params params) throws IOException {
        Files.writeString(Path.of(params.mark()), "burning");
        for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
            Thread.ofPlatform().daemon().start(TestWorkloads::spin);
        }
        spin();
    }

    private static void spin() {
        double x = 1;
        while (x > 0) {
            x = Math.sqrt(x) + 1;
        }
    }
}
