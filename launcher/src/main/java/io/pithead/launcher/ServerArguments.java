package io.pithead.launcher;

import io.pithead.launcher.LauncherConfig.Listener;
import java.nio.file.Path;
import java.util.List;

/** The command line of stock Payara Micro. */
final class ServerArguments {
    static final String APPLICATION = "discovery-web";

    private ServerArguments() {}

    static List<String> of(Bundle bundle, Path root, Path domain, Listener http, Listener https, String alias) {
        return List.of(
                "--rootdir",
                root.toString(),
                "--domainconfig",
                domain.toString(),
                "--nocluster",
                "--interfaces",
                "127.0.0.1",
                "--disablephonehome",
                "--port",
                Integer.toString(http.port()),
                "--sslport",
                Integer.toString(https.port()),
                "--sslcert",
                alias,
                "--deploy",
                bundle.deployment("artemis-rar.rar").toString(),
                "--contextroot",
                "/",
                "--deploy",
                bundle.deployment(APPLICATION + ".war").toString());
    }
}
