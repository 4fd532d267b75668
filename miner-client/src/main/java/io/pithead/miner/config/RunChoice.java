package io.pithead.miner.config;

import io.pithead.protocol.id.Ids;
import io.pithead.protocol.run.RunIds;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The run that a node is there for.
 *
 * @param chain absent where the owner named none
 * @param id what the registry calls it
 */
public record RunChoice(OptionalLong chain, UUID id) {
    private static final Pattern FORM = Pattern.compile("(?:([1-9][0-9]{0,17})/)?([0-9a-fA-F-]{36}|[1-9][0-9]{0,17})");

    /** {@code CHAIN/NUMBER} of a run on a chain, {@code CHAIN/ID} or {@code ID} of one that the registry was told of. */
    public static Optional<RunChoice> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        OptionalLong chain =
                form.group(1) == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(form.group(1)));
        Optional<UUID> id = Ids.parse(form.group(2));
        if (id.isEmpty() && chain.isPresent() && form.group(2).length() < 36) {
            id = Optional.of(RunIds.discoveryRun(chain.getAsLong(), Long.parseLong(form.group(2))));
        }
        return id.map(known -> new RunChoice(chain, known));
    }
}
