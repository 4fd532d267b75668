package io.pithead.miner.cli;

import io.pithead.miner.config.ConfigException;
import io.pithead.miner.config.ConfigReader;
import io.pithead.miner.config.WalletConfig;
import io.pithead.protocol.keystore.KeyFile;
import io.pithead.protocol.keystore.KeyFileException;
import io.pithead.protocol.signing.WalletKey;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code wallet show}: whose key this is. The key itself is never shown. */
@Command(
        name = "show",
        description = {
            "Opens this node's key and shows its address and public key, and what the chain says of it.",
            "With --stake the key that holds the stake."
        },
        mixinStandardHelpOptions = true)
final class WalletShowCommand extends MinerCommand {
    @Option(names = "--stake", description = "the key of the stake (STAKE_WALLET_FILE), not the node's")
    private boolean stake;

    @Override
    int run(Screen screen) throws Exception {
        WalletConfig config = chosen(this, stake);
        try {
            WalletKey key = opened(config);
            Optional<ChainView> chain = ChainView.read(
                    reader(settings()).owner(),
                    stake ? Optional.of(key.address()) : Optional.empty(),
                    stake ? Optional.empty() : Optional.of(key.address()));
            print(this, screen, config, key, chain);
            return OK;
        } catch (KeyFileException e) {
            return bad(screen, String.valueOf(e.getMessage()));
        }
    }

    static WalletConfig chosen(MinerCommand command, boolean stake) throws ConfigException {
        ConfigReader reader = reader(command.settings());
        return stake ? reader.stakeWallet() : reader.wallet();
    }

    static WalletKey opened(WalletConfig config) throws ConfigException, IOException, KeyFileException {
        char[] password = Passwords.known(config);
        try {
            return KeyFile.open(config.file(), password);
        } finally {
            Arrays.fill(password, '\0');
        }
    }

    static void print(
            MinerCommand command, Screen screen, WalletConfig config, WalletKey key, Optional<ChainView> chain) {
        String address = key.address().checksummed();
        String publicKey = key.publicKey().text();
        if (command.isJson()) {
            var document = new LinkedHashMap<String, Object>();
            document.put("address", address);
            document.put("public_key", publicKey);
            document.put("file", config.file().toString());
            chain.ifPresent(view -> document.put("chain", view.document()));
            screen.json(document);
            return;
        }
        screen.line("address     " + address);
        screen.line("public key  " + publicKey);
        screen.line("file        " + config.file());
        chain.ifPresent(view -> view.lines().forEach(screen::line));
    }
}
