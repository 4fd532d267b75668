package io.pithead.miner.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.miner.agent.MonotonicClock;
import io.pithead.miner.api.Answer;
import io.pithead.miner.api.CoordinatorApi;
import io.pithead.miner.config.ConfigException;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.receipt.PublicKeys;
import io.pithead.protocol.receipt.Receipts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code receipt verify FILE}: trusts only the keys it is given, never one that the receipt names. */
@Command(
        name = "verify",
        description = "Checks a receipt's signature; exit code 1 when it is not good.",
        mixinStandardHelpOptions = true)
final class VerifyCommand extends MinerCommand {
    private static final long MAX_BYTES = 4 * 1024 * 1024;

    @Parameters(paramLabel = "FILE", description = "the receipt, or an answer that holds one")
    private Path file;

    @Option(
            names = "--keys",
            paramLabel = "FILE",
            description = "the coordinator's public keys (the answer of GET /v1/keys); without it they are fetched")
    private @Nullable Path keys;

    @Override
    int run(Screen screen) throws Exception {
        JsonNode document = read(file);
        JsonNode receipt = document.path("receipt").isObject() ? document.path("receipt") : document;
        List<String> problems = Receipts.problems(receipt, trusted());
        if (isJson()) {
            var answer = new LinkedHashMap<String, Object>();
            answer.put("valid", problems.isEmpty());
            answer.put("problems", problems);
            screen.json(answer);
        } else if (problems.isEmpty()) {
            screen.line(screen.toned(Screen.Tone.GOOD, "good") + ": receipt "
                    + receipt.path("receipt_id").asText() + " for job "
                    + receipt.path("job_id").asText() + " over "
                    + receipt.path("price").asText() + ", signed by "
                    + receipt.path("signature").path("key_id").asText());
        } else {
            problems.forEach(problem -> screen.line(screen.toned(Screen.Tone.BAD, "bad") + ": " + problem));
        }
        return problems.isEmpty() ? OK : BAD;
    }

    private PublicKeys trusted() throws ConfigException, IOException {
        if (keys != null) {
            try {
                return Json.readLenient(bytes(keys), PublicKeys.class);
            } catch (InvalidPayloadException e) {
                throw new ConfigException(List.of(keys + " does not hold public keys"));
            }
        }
        var coordinator = reader(settings()).coordinator();
        try (var api = new CoordinatorApi(coordinator, Optional.empty(), new MonotonicClock())) {
            Answer<PublicKeys> answer = api.keys();
            if (answer instanceof Answer.Ok<PublicKeys> ok) {
                return ok.value();
            }
            throw new ConfigException(List.of("no keys to check with: " + Answers.why(answer)));
        }
    }

    private static JsonNode read(Path file) throws ConfigException {
        try {
            return Json.tree(bytes(file));
        } catch (InvalidPayloadException e) {
            throw new ConfigException(List.of(file + " is not JSON"));
        }
    }

    private static byte[] bytes(Path file) throws ConfigException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ConfigException(List.of(file + " is larger than a receipt can be"));
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ConfigException(List.of("cannot read " + file));
        }
    }
}
