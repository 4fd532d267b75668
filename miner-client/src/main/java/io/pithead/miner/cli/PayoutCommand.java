package io.pithead.miner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.miner.agent.MonotonicClock;
import io.pithead.miner.api.Answer;
import io.pithead.miner.api.CoordinatorApi;
import io.pithead.miner.chain.ChainException;
import io.pithead.miner.chain.PinFile;
import io.pithead.miner.config.ConfigException;
import io.pithead.miner.config.OwnerConfig;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.keystore.KeyFileException;
import io.pithead.protocol.signing.Address;
import io.pithead.protocol.wallet.PayoutAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wallet payout}: where the account is paid on the chain. */
@Command(
        name = "payout",
        description = {
            "Tells the coordinator where the account is paid when an epoch closes; without ADDRESS, to the stake's key.",
            "It asks: whoever holds that address's key gets the money. Another address than before needs the signature of",
            "the wallet that is paid now: the stake's key is taken for it."
        },
        mixinStandardHelpOptions = true)
final class PayoutCommand extends MinerCommand {
    @Parameters(arity = "0..1", paramLabel = "ADDRESS", description = "0x and 40 hex digits")
    private @Nullable String address;

    @Option(names = "--chain", paramLabel = "ID", description = "on which chain; default: the one that was confirmed")
    private @Nullable Long chain;

    @Option(names = "--yes", description = "ask nothing")
    private boolean yes;

    @Override
    int run(Screen screen) throws Exception {
        OwnerConfig config = reader(settings()).owner();
        try {
            var payout = new PayoutAddress(chain(config), address(config).text());
            Question.ask(
                    screen,
                    "Pay this account to " + checksummed(payout) + " on chain " + payout.chain() + " from now on?",
                    yes);
            return tell(screen, config, payout);
        } catch (ChainException | KeyFileException e) {
            return bad(screen, String.valueOf(e.getMessage()));
        }
    }

    private int tell(Screen screen, OwnerConfig config, PayoutAddress payout)
            throws ConfigException, IOException, KeyFileException {
        var account = reader(settings()).account();
        try (var api = new CoordinatorApi(account.coordinator(), Optional.of(account.apiKey()), new MonotonicClock())) {
            Answer<JsonNode> answer = api.payout(payout);
            if (wantsSignature(answer) && Files.exists(config.stake().file())) {
                answer = api.payout(payout, ChainCommand.stakeKey(config));
            }
            if (!(answer instanceof Answer.Ok<JsonNode>)) {
                return bad(screen, Answers.why(answer));
            }
        }
        if (isJson()) {
            screen.json(payout);
        } else {
            screen.line("paid to     " + checksummed(payout) + " on chain " + payout.chain());
        }
        return OK;
    }

    /** Another address was there: its wallet has to agree. */
    private static boolean wantsSignature(Answer<JsonNode> answer) {
        return answer instanceof Answer.Refused<JsonNode> refused
                && refused.code().equals(ErrorCode.FORBIDDEN_SIGNER.name());
    }

    private Address address(OwnerConfig config) throws ConfigException, IOException, KeyFileException {
        if (address == null) {
            return ChainCommand.stakeKey(config).address();
        }
        return Address.parse(address)
                .orElseThrow(
                        () -> new ConfigException(List.of("ADDRESS must be 0x and 40 hex digits; if its letters are"
                                + " in both cases, its checksum must be right")));
    }

    private long chain(OwnerConfig config) throws ConfigException, ChainException {
        if (chain != null) {
            return chain;
        }
        return new PinFile(config.workDir())
                .read()
                .orElseThrow(() -> new ConfigException(
                        List.of("on which chain? --chain ID, or confirm the contracts first: pithead-miner register")))
                .chain();
    }

    private static String checksummed(PayoutAddress payout) {
        return new Address(payout.address()).checksummed();
    }
}
