package io.pithead.miner.cli;

import io.pithead.miner.config.WalletConfig;
import io.pithead.protocol.keystore.KeyFile;
import io.pithead.protocol.keystore.KeyFileException;
import io.pithead.protocol.signing.WalletKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code wallet create}: a new key, in a new file. */
@Command(
        name = "create",
        description = {
            "Makes a new key for this node, in an encrypted file with mode 600.",
            "With --stake it is the key that holds the stake; it need not be on this machine."
        },
        mixinStandardHelpOptions = true)
final class WalletCreateCommand extends MinerCommand {
    @Option(names = "--stake", description = "the key of the stake (STAKE_WALLET_FILE), not the node's")
    private boolean stake;

    @Override
    int run(Screen screen) throws Exception {
        WalletConfig config = WalletShowCommand.chosen(this, stake);
        char[] password = Passwords.fresh(config);
        try {
            var random = new SecureRandom();
            WalletKey key = WalletKey.generate(random);
            folderOf(config.file());
            KeyFile.create(config.file(), key, password, random);
            WalletShowCommand.print(this, screen, config, key, Optional.empty());
            return OK;
        } catch (KeyFileException e) {
            return bad(screen, String.valueOf(e.getMessage()));
        } finally {
            Arrays.fill(password, '\0');
        }
    }

    private static void folderOf(Path file) throws java.io.IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }
}
