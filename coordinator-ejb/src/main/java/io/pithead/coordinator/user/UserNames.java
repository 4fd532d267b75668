package io.pithead.coordinator.user;

import java.util.Locale;
import java.util.regex.Pattern;

/** Names are lower case: nobody is told apart by capitals. */
final class UserNames {
    static final String FORM = "must be 1 to 64 of a-z, 0-9 and . _ @ + -, and begin with a letter or digit";
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._@+-]{0,63}");
    private static final String NOBODY = "?";

    private UserNames() {}

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /** What cannot be a name becomes one name that nobody has. */
    static String canonical(String typed) {
        String name = typed.strip().toLowerCase(Locale.ROOT);
        return isName(name) ? name : NOBODY;
    }
}
