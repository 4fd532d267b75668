package io.pithead.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.Keccak;
import io.pithead.testing.AnvilProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** The development chain of a server, asked past the server. */
final class Evm {
    static final long CHAIN = 31_337;

    private static final Duration LIMIT = Duration.ofSeconds(30);
    /** A thousand coins of 10^18. */
    private static final String RICHES = "0x3635c9adc5dea00000";

    private static final int SELECTOR = 4;
    private static final int WORD_DIGITS = 64;
    private static final String GAS = "0xf4240";
    private static final int HEX = 16;

    private final HttpClient client = HttpClient.newHttpClient();
    private final URI url;
    private final JsonNode contracts;

    private Evm(URI url, JsonNode contracts) {
        this.url = url;
        this.contracts = contracts;
    }

    /** The setting with which pithead.jar finds it. */
    static String setting() {
        return "pithead.chain.anvil=" + AnvilProcess.require();
    }

    static Evm of(Path data) {
        try {
            JsonNode chain = Json.own(Files.readString(data.resolve("chain/chains.json")), JsonNode.class)
                    .at("/chains/0");
            return new Evm(URI.create(chain.at("/rpc/0").asText()), chain.path("contracts"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI url() {
        return url;
    }

    String contract(String name) {
        return contracts.required(name).required("address").asText();
    }

    /** Gives coins to pay for gas with, as such chains do. */
    void fund(String address) {
        call("anvil_setBalance", address, RICHES);
    }

    /** Nobody waits out what a contract lets pass: the next block is so much later. */
    void pass(Duration time) {
        call("evm_increaseTime", time.toSeconds());
    }

    /** What a contract's function of words, such as addresses, answers as a number. */
    BigInteger number(String contract, String function, String... words) {
        String answer = call("eth_call", Map.of("to", contract(contract), "data", data(function, words)), "latest")
                .asText();
        return new BigInteger(answer.substring(2), HEX);
    }

    /** @param words in hexadecimal, after 0x */
    private static String data(String function, String... words) {
        StringBuilder data = new StringBuilder("0x")
                .append(HexFormat.of()
                        .formatHex(Keccak.digest(function.getBytes(StandardCharsets.US_ASCII)), 0, SELECTOR));
        for (String word : words) {
            data.append("0".repeat(WORD_DIGITS + 2 - word.length())).append(word.substring(2));
        }
        return data.toString();
    }

    /** A number as a word. */
    static String word(long number) {
        return "0x" + Long.toHexString(number);
    }

    /** Has an account call a function of words, as development chains let everybody who asks. */
    void as(String account, String contract, String function, String... words) {
        fund(account);
        call("anvil_impersonateAccount", account);
        call(
                "eth_sendTransaction",
                Map.of("from", account, "to", contract(contract), "data", data(function, words), "gas", GAS));
    }

    /** Tokens in minor units. */
    BigInteger tokens(String address) {
        return number("AiToken", "balanceOf(address)", address);
    }

    private JsonNode call(String method, Object... params) {
        byte[] body = Json.write(Map.of("jsonrpc", "2.0", "id", 1, "method", method, "params", List.of(params)));
        try {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(url)
                            .timeout(LIMIT)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            JsonNode said = Json.own(answer.body(), JsonNode.class);
            if (!said.has("result")) {
                throw new AssertionError(method + ": " + answer.body());
            }
            return said.get("result");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
