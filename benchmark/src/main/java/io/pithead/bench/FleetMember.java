package io.pithead.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;

/**
 * A process full of whole miners. Its input's first line is their key; each further one says how many miners more, until the end
 * of the input ends them all. It prints a line for each container that starts.
 */
public final class FleetMember {
    static final String STARTED = "started";

    private FleetMember() {}

    /** @param args the coordinator's URL, its certificate, a folder, and what the miners' names begin with */
    public static void main(String[] args) throws IOException {
        var miners = new ArrayList<InnerMiner>();
        try (var orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            var entry = new Entry(args[0], Path.of(args[1]), orders.readLine());
            for (String more = orders.readLine(); more != null; more = orders.readLine()) {
                for (int i = Integer.parseInt(more); i > 0; i--) {
                    String id = args[3] + miners.size();
                    miners.add(InnerMiner.start(
                            entry, Path.of(args[2], id), id, new MemoryEngine(() -> System.out.println(STARTED))));
                }
            }
        }
        miners.forEach(InnerMiner::drain);
        for (InnerMiner miner : miners) {
            miner.close();
        }
    }
}
