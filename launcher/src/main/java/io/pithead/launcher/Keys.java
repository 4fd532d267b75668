package io.pithead.launcher;

/** The configuration keys that the launcher itself understands. The application has its own. */
final class Keys {
    static final String PREFIX = "pithead.";
    static final String DATA = "pithead.data.dir";
    static final String HTTP_HOST = "pithead.http.host";
    static final String HTTP_PORT = "pithead.http.port";
    static final String HTTPS_HOST = "pithead.https.host";
    static final String HTTPS_PORT = "pithead.https.port";
    static final String DB = "pithead.db";
    static final String BROKER = "pithead.broker";
    static final String STOP_GRACE = "pithead.stop.grace";
    static final String KEY_STORE = "pithead.tls.keystore.file";
    static final String KEY_STORE_PASSWORD_FILE = "pithead.tls.keystore.password.file";

    /** Where this instance's own validator finds it. */
    static final String EDGE_URL = "pithead.edge.url";

    /** Which settings the application has from the configuration file, and which the launcher made up; see its Settings. */
    static final String OF_FILE = "io.pithead.launcher.file-keys";

    static final String OF_LAUNCHER = "io.pithead.launcher.own-keys";

    static final String VALIDATOR_CHAIN = "pithead.validator.chain";
    static final String VALIDATOR_KEYSTORE = "pithead.validator.keystore.file";

    static final String CHAIN_ENABLED = "pithead.chain.enabled";
    static final String CHAIN_FILE = "pithead.chain.file";
    static final String CHAIN_DEV_URL = "pithead.chain.dev.url";
    static final String CHAIN_ANVIL = "pithead.chain.anvil";

    private Keys() {}

    static String url(String part) {
        return part + ".url";
    }

    static String host(String part) {
        return part + ".host";
    }

    static String port(String part) {
        return part + ".port";
    }

    static String user(String part) {
        return part + ".user";
    }

    static String password(String part) {
        return part + ".password";
    }

    static String passwordFile(String part) {
        return part + ".password.file";
    }
}
