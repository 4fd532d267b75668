package io.pithead.miner.chain;

import io.pithead.miner.chain.core.Network;
import io.pithead.protocol.chain.ChainTerms;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.TreeMap;

/** {@code chain.json} in the work folder: the contracts that the owner has confirmed, for good. */
public final class PinFile {
    private final Path file;

    public PinFile(Path workDir) {
        file = workDir.resolve("chain.json");
    }

    public Path path() {
        return file;
    }

    /** Empty when the owner has confirmed none yet. */
    public Optional<Network> read() throws ChainException {
        try {
            Optional<String> text = PrivateFile.read(file);
            return text.isEmpty()
                    ? Optional.empty()
                    : Optional.of(Network.of(
                            Json.readLenient(text.get().getBytes(StandardCharsets.UTF_8), ChainTerms.class)));
        } catch (IOException e) {
            throw new ChainException(file + " cannot be read");
        } catch (InvalidPayloadException | IllegalArgumentException e) {
            throw new ChainException(file + " is damaged: remove it and run pithead-miner register again");
        }
    }

    public void write(Network network) throws IOException {
        var contracts = new TreeMap<>(network.contracts())
                .entrySet().stream()
                        .map(one -> new ChainTerms.Contract(
                                one.getKey(),
                                one.getValue().address().text(),
                                one.getValue().codeHash()))
                        .toList();
        PrivateFile.write(file, Json.write(new ChainTerms(network.chain(), "", false, contracts, null)));
    }
}
