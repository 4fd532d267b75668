package io.pithead.launcher;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What was asked for, checked.
 *
 * @param database a database to use in place of the embedded one
 * @param broker a broker to use in place of the embedded one
 * @param devChain the program of a development chain to be started; nothing where chains are off, or somebody else runs one
 * @param ownValidator nobody said whose validator this is: it is the one of its own development chain
 * @param keyStore a certificate to use in place of the generated one
 * @param stopGrace what a stop waits at most for answers that are on their way
 * @param application what the application is to find in its configuration beside what the system properties and the
 *     environment already hold
 */
record LauncherConfig(
        Path dataDirectory,
        Listener http,
        Listener https,
        Optional<External> database,
        Optional<External> broker,
        Optional<Path> devChain,
        boolean ownValidator,
        Optional<KeyStoreFile> keyStore,
        Duration stopGrace,
        Map<String, String> application) {
    LauncherConfig {
        application = Map.copyOf(application);
    }

    /** @param port 0 for any free one */
    record Listener(String host, int port) {
        Listener withPort(int chosen) {
            return new Listener(host, chosen);
        }
    }

    /** A server that somebody else runs. */
    record External(String url, String user, String password) {
        @Override
        public String toString() {
            return "External[url=" + url + ", user=" + user + "]";
        }
    }

    /** A PKCS12 file whose first key is the server's. */
    record KeyStoreFile(Path file, String password) {
        @Override
        public String toString() {
            return "KeyStoreFile[file=" + file + "]";
        }
    }
}
