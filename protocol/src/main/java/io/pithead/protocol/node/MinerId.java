package io.pithead.protocol.node;

import io.pithead.protocol.json.Checks;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The name a miner gives its machine; unique within an account, and never a path. */
public final class MinerId {
    public static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,127}");

    private MinerId() {}

    /** Whether any miner can have this id. */
    public static boolean isWellFormed(String minerId) {
        return FORM.matcher(minerId).matches();
    }

    static Checks check(Checks checks, String member, @Nullable String minerId) {
        return checks.present(member, minerId)
                .matches(
                        member, minerId, FORM, "must be 1 to 128 letters, digits, dots, colons, dashes or underscores");
    }
}
