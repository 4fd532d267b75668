package io.pithead.miner.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;

/** This machine's name, made fit for a miner id. */
public final class Hostname {
    private static final Path LINUX = Path.of("/proc/sys/kernel/hostname");
    private static final int MAX_LENGTH = 64;

    private Hostname() {}

    public static String read() {
        return clean(raw());
    }

    static String clean(String name) {
        String clean = name.strip().replaceAll("[^A-Za-z0-9._-]", "-").replaceAll("^[^A-Za-z0-9]+", "");
        String cut = clean.length() > MAX_LENGTH ? clean.substring(0, MAX_LENGTH) : clean;
        return cut.isEmpty() ? "miner" : cut;
    }

    private static String raw() {
        try {
            return Files.readString(LINUX);
        } catch (IOException e) {
            return fromNetwork();
        }
    }

    private static String fromNetwork() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "";
        }
    }
}
