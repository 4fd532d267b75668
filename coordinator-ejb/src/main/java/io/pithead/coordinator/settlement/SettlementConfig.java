package io.pithead.coordinator.settlement;

import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.ConfigSection;
import io.pithead.protocol.money.Money;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Which chain settles, how often, and from how much on. */
@ApplicationScoped
public class SettlementConfig implements ConfigSection {
    private static final BigInteger ONE_TOKEN = BigInteger.TEN.pow(Money.DECIMALS);
    private static final Duration MIN_EPOCH = Duration.ofMinutes(1);
    private static final Duration MAX_EPOCH = Duration.ofDays(30);
    /** With the rest of the path it is a text of the contract, which takes 512 bytes. */
    private static final Pattern URL =
            Pattern.compile("https?://[a-zA-Z0-9.\\-\\[\\]:]{1,253}(/[a-zA-Z0-9._~\\-/]{0,100})?");

    private OptionalLong chain = OptionalLong.empty();
    private Duration epoch = Duration.ofDays(1);
    private BigInteger minimum = ONE_TOKEN;
    private String url = "";

    @Override
    public void read(ConfigReader reader) {
        chain = reader.parsed(
                "pithead.settlement.chain",
                chain,
                "the only one",
                "the id of a chain",
                text -> Optional.of(Long.parseLong(text)).filter(id -> id > 0).map(OptionalLong::of));
        epoch = reader.duration("pithead.settlement.epoch", epoch, MIN_EPOCH, MAX_EPOCH);
        minimum = reader.parsed(
                "pithead.settlement.minimum",
                minimum,
                Money.format(minimum),
                "an amount such as 1.5, more than nothing",
                text -> Optional.of(Money.parse(text)).filter(amount -> amount.signum() > 0));
        url = reader.parsed(
                "pithead.settlement.url",
                url,
                "none",
                "a URL such as https://coordinator.example.net",
                text -> Optional.of(text)
                        .filter(value -> URL.matcher(value).matches())
                        .map(value -> value.endsWith("/") ? value.substring(0, value.length() - 1) : value));
    }

    /** Empty: the only one there is. */
    OptionalLong chain() {
        return chain;
    }

    Duration epoch() {
        return epoch;
    }

    /** What is less waits until there is more. */
    BigInteger minimum() {
        return minimum;
    }

    /** Where others reach this server: it goes with each root onto the chain. */
    String leavesUri(long epoch) {
        return url + "/v1/epochs/" + epoch + "/leaves";
    }
}
