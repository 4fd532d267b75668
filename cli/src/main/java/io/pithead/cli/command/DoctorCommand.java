package io.pithead.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.cli.screen.Screen;
import io.pithead.cli.screen.Text;
import io.pithead.cli.server.Profile;
import io.pithead.cli.server.Refusal;
import io.pithead.cli.server.Rest;
import io.pithead.cli.server.UsageException;
import io.pithead.protocol.key.ApiKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** {@code pithead doctor}: what stands between here and a job that runs. */
@picocli.CommandLine.Command(
        name = "doctor",
        description = "Checks settings, server and key, and says what to do; exit code 1 when something is wrong.",
        mixinStandardHelpOptions = true)
final class DoctorCommand extends Command {
    private static final String KEY = "key";

    private record Finding(String what, boolean good, String text) {}

    @Override
    int run(Rest rest, Screen screen) throws UsageException, InterruptedException {
        Profile profile = profile();
        var findings = new ArrayList<Finding>();
        findings.add(file(profiles().file()));
        findings.add(plain(profile));
        Finding server = server(rest, profile);
        findings.add(server);
        findings.add(key(rest, profile, server.good));
        print(screen, findings);
        return findings.stream().allMatch(Finding::good) ? Exit.OK : Exit.FAILED;
    }

    private void print(Screen screen, List<Finding> findings) {
        if (isJson()) {
            screen.json(findings.stream()
                    .map(one -> {
                        var line = new LinkedHashMap<String, Object>();
                        line.put("check", one.what);
                        line.put("ok", one.good);
                        line.put("text", one.text);
                        return line;
                    })
                    .toList());
        } else {
            findings.forEach(one -> screen.line((one.good ? "ok   " : "BAD  ") + one.what + ": " + one.text));
        }
    }

    private static Finding file(Path file) {
        try {
            boolean open = Files.getPosixFilePermissions(file).stream()
                    .anyMatch(one -> one == PosixFilePermission.GROUP_READ || one == PosixFilePermission.OTHERS_READ);
            return open
                    ? new Finding("settings", false, "others can read the keys: chmod 600 " + file)
                    : new Finding("settings", true, file.toString());
        } catch (IOException e) {
            return new Finding("settings", true, "none in " + file + "; pithead login makes it");
        } catch (UnsupportedOperationException e) {
            return new Finding("settings", true, file + "; who may read it cannot be told here");
        }
    }

    private static Finding plain(Profile profile) {
        String host = String.valueOf(profile.url().getHost());
        boolean here = host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
        return "https".equals(profile.url().getScheme()) || here
                ? new Finding("connection", true, profile.url().toString())
                : new Finding("connection", false, profile.url() + " shows the key to everybody on the way: use https");
    }

    private static Finding server(Rest rest, Profile profile) throws InterruptedException {
        try {
            JsonNode ready = rest.get("/health/ready");
            return new Finding("server", true, "ready, " + Text.of(ready.path("status")));
        } catch (Refusal e) {
            return new Finding("server", false, "answers " + e.status() + ": it is starting, stopping or broken");
        } catch (IOException e) {
            String why = String.valueOf(e.getMessage());
            String next = why.contains("PKIX") || why.contains("certificat")
                    ? "; --ca-file FILE with the server's certificate, if you know it to be the right one"
                    : "; is it running, and is the URL right?";
            return new Finding("server", false, profile.url() + ": " + Text.plain(why) + next);
        }
    }

    private static Finding key(Rest rest, Profile profile, boolean reachable) throws InterruptedException {
        if (profile.key().isEmpty()) {
            return new Finding(KEY, false, "none for this server: pithead login");
        }
        Optional<ApiKey> key = profile.key().flatMap(ApiKey::parse);
        if (key.isEmpty()) {
            return new Finding(KEY, false, "it is not whole: pithead login");
        }
        if (!reachable) {
            return new Finding(KEY, true, key.get() + ", not tried");
        }
        try {
            rest.get(WhoamiCommand.probe(key.get().scope()));
            return new Finding(KEY, true, key.get() + ", works");
        } catch (Refusal e) {
            return new Finding(KEY, false, key.get() + " is refused (" + e.code() + "): pithead login");
        } catch (IOException e) {
            return new Finding(KEY, false, "no answer");
        }
    }
}
