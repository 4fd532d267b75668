package io.pithead.coordinator.webhook.core;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;

/** What a URL says by itself, before any name is looked up. */
public sealed interface TargetUrl {
    int MAX_LENGTH = 2_000;

    /** A name, or an IPv4 address in any of its spellings; what it resolves to is judged at connect. */
    Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9._-]{0,251}[a-z0-9])?\\.?");

    /** {@code host}: scheme, name and port, which is what concurrency is counted by. */
    record Accepted(URI uri, String host) implements TargetUrl {}

    /** {@code reason} completes "the URL …". */
    record Refused(String reason) implements TargetUrl {}

    static TargetUrl parse(String text, Ports ports) {
        if (text.length() > MAX_LENGTH) {
            return new Refused("must have at most " + MAX_LENGTH + " characters");
        }
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            return new Refused("must be an absolute URL");
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            return new Refused("must start with https:// or http://");
        }
        if (uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            return new Refused("must have neither credentials nor a fragment");
        }
        if (uri.getHost() == null) {
            return new Refused("must name a host");
        }
        return accept(uri, scheme, uri.getHost().toLowerCase(Locale.ROOT), ports);
    }

    private static TargetUrl accept(URI uri, String scheme, String name, Ports ports) {
        boolean bracketed = name.startsWith("[");
        if (bracketed ? name.contains("%") : !NAME.matcher(name).matches()) {
            return new Refused("must name a host by plain letters, digits, dots and dashes");
        }
        int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
        if (!ports.contains(port)) {
            return new Refused("must not use port " + port);
        }
        return new Accepted(uri, scheme + "://" + name + ":" + port);
    }
}
