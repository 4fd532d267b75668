package io.pithead.protocol.task;

import java.util.regex.Pattern;

/**
 * The form of an image reference, as the distribution project's grammar has it: an optional registry with an optional port, a
 * repository path, an optional tag and an optional digest. Who needs its parts asks the engine's library.
 */
public final class ImageName {
    static final int MAX_LENGTH = 512;

    private static final String HOST = "(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)";
    private static final String DOMAIN =
            "(?:" + HOST + "(?:\\." + HOST + "){0,16}|\\[[0-9a-fA-F:]{2,45}\\])(?::[0-9]{1,5})?";
    private static final String COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+){0,64}";
    private static final String PATH = COMPONENT + "(?:/" + COMPONENT + "){0,16}";
    private static final String TAG = "(?::[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?";
    private static final String DIGEST = "(?:@sha256:[0-9a-f]{64})?";
    private static final Pattern FORM = Pattern.compile("(?:" + DOMAIN + "/)?" + PATH + TAG + DIGEST);

    private ImageName() {}

    public static boolean isWellFormed(String image) {
        return image.length() <= MAX_LENGTH && FORM.matcher(image).matches();
    }
}
