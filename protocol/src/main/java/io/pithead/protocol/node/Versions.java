package io.pithead.protocol.node;

import java.util.regex.Pattern;

/** Dotted versions such as CUDA's, compared number by number. */
public final class Versions {
    public static final Pattern FORM = Pattern.compile("[0-9]{1,5}(\\.[0-9]{1,5}){0,3}");

    private Versions() {}

    public static boolean atLeast(String version, String wanted) {
        String[] have = version.split("\\.", -1);
        String[] want = wanted.split("\\.", -1);
        for (int i = 0; i < want.length; i++) {
            int difference = (i < have.length ? Integer.parseInt(have[i]) : 0) - Integer.parseInt(want[i]);
            if (difference != 0) {
                return difference > 0;
            }
        }
        return true;
    }
}
