package io.pithead.miner.hardware;

import io.pithead.protocol.signing.Digests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import oshi.SystemInfo;
import oshi.hardware.NetworkIF;

/**
 * What tells this machine from others, as a digest: nobody learns a serial number by it, and two nodes on one machine say the same.
 * It is made of the board's UUID, the system's id and the addresses of network cards: copies of one disk differ by the cards, and a
 * system that is installed anew is still the same board.
 */
final class HostDigest {
    private static final Path MACHINE_ID = Path.of("/etc/machine-id");
    private static final Path INTERFACES = Path.of("/sys/class/net");
    private static final String UNKNOWN = "unknown";

    private HostDigest() {}

    /** Empty where the machine tells nothing of itself. */
    static Optional<String> of(SystemInfo system) {
        String board = system.getHardware().getComputerSystem().getHardwareUUID();
        var cards = new TreeSet<String>();
        for (NetworkIF card : system.getHardware().getNetworkIFs()) {
            // a bridge or a container's end has none, and comes and goes
            if (Files.exists(INTERFACES.resolve(card.getName()).resolve("device"))) {
                cards.add(card.getMacaddr());
            }
        }
        return of(board, machineId(), List.copyOf(cards));
    }

    /** @param cards in an order of their own */
    static Optional<String> of(String board, String machineId, List<String> cards) {
        String known = board.toLowerCase(Locale.ROOT).contains(UNKNOWN) ? "" : board.strip();
        if (known.isEmpty() && machineId.isEmpty() && cards.isEmpty()) {
            return Optional.empty();
        }
        String text = "pithead host v1\n" + known + "\n" + machineId + "\n" + String.join(",", cards) + "\n";
        return Optional.of(Digests.sha256Hex(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String machineId() {
        try {
            return Files.readString(MACHINE_ID).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
