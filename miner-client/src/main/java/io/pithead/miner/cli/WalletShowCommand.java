package io.pithead.miner.cli;

import io.pithead.miner.config.WalletConfig;
import io.pithead.protocol.keystore.KeyFile;
import io.pithead.protocol.keystore.KeyFileException;
import io.pithead.protocol.signing.WalletKey;
import java.util.Arrays;
import java.util.LinkedHashMap;
import picocli.CommandLine.Command;

/** {@code wallet show}: whose key this is. The key itself is never shown. */
@Command(
        name = "show",
        description = "Opens this node's key and shows its address and public key.",
        mixinStandardHelpOptions = true)
final class WalletShowCommand extends MinerCommand {
    @Override
    int run(Screen screen) throws Exception {
        WalletConfig config = reader(settings()).wallet();
        char[] password = Passwords.known(config);
        try {
            print(this, screen, config, KeyFile.open(config.file(), password));
            return OK;
        } catch (KeyFileException e) {
            return bad(screen, String.valueOf(e.getMessage()));
        } finally {
            Arrays.fill(password, '\0');
        }
    }

    static void print(MinerCommand command, Screen screen, WalletConfig config, WalletKey key) {
        String address = key.address().checksummed();
        String publicKey = key.publicKey().text();
        if (command.isJson()) {
            var document = new LinkedHashMap<String, Object>();
            document.put("address", address);
            document.put("public_key", publicKey);
            document.put("file", config.file().toString());
            screen.json(document);
            return;
        }
        screen.line("address     " + address);
        screen.line("public key  " + publicKey);
        screen.line("file        " + config.file());
    }
}
