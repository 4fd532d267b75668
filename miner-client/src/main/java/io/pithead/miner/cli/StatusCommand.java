package io.pithead.miner.cli;

import io.pithead.miner.agent.AgentStatus;
import io.pithead.miner.challenge.ChallengesView;
import io.pithead.miner.config.OwnerConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code status}: what the agent of this work folder is doing. */
@Command(
        name = "status",
        description = "Shows what the running miner does; exit code 1 when none runs.",
        mixinStandardHelpOptions = true)
final class StatusCommand extends MinerCommand {
    @Override
    int run(Screen screen) throws Exception {
        OwnerConfig config = reader(settings()).owner();
        Path workDir = config.workDir();
        Optional<ChainView> chain = ChainView.ofFiles(config);
        Optional<AgentStatus> found =
                AgentStatus.read(workDir.resolve("status.json")).filter(AgentStatus::isAlive);
        if (found.isEmpty()) {
            if (isJson()) {
                screen.json(document(chain, Map.of("running", false, "work_dir", workDir.toString())));
            } else {
                screen.line("no miner runs in " + workDir);
                chain.ifPresent(view -> view.lines().forEach(screen::line));
            }
            return BAD;
        }
        if (isJson()) {
            screen.json(document(chain, Map.of("running", true, "agent", found.get())));
            return OK;
        }
        print(screen, found.get());
        chain.ifPresent(view -> view.lines().forEach(screen::line));
        return OK;
    }

    private static Map<String, Object> document(Optional<ChainView> chain, Map<String, Object> agent) {
        var document = new LinkedHashMap<String, Object>(agent);
        chain.ifPresent(view -> document.put("chain", view.document()));
        return document;
    }

    private static void print(Screen screen, AgentStatus status) {
        screen.line("miner        " + status.minerId() + ", pid " + status.pid() + ", version " + status.version());
        screen.line("coordinator  " + status.coordinator() + " " + link(screen, status));
        screen.line(
                "phase        " + status.phase() + (status.drainedByCoordinator() ? ", drained by the operator" : ""));
        status.workloads().forEach((name, finding) -> screen.line("workload     " + name + ": " + finding));
        status.jobs()
                .forEach(job ->
                        screen.line("job          " + job.id() + " " + job.state() + " " + job.percent() + " %"));
        screen.line("results      " + status.proved() + " proved, " + status.failed() + " failed, " + status.refused()
                + " refused, " + status.unsent() + " waiting to be sent");
        ChallengesView challenges = status.challenges();
        if (challenges != null) {
            challenges(challenges).forEach(screen::line);
        }
    }

    static List<String> challenges(ChallengesView challenges) {
        var lines = new ArrayList<String>();
        ChallengesView.Last last = challenges.last();
        lines.add("challenges   " + challenges.answered() + " answered, " + challenges.refused() + " refused, "
                + challenges.failed() + " failed"
                + (last == null
                        ? ""
                        : ", last one " + last.outcome() + " " + last.at()
                                + (last.why() == null ? "" : " (" + last.why() + ")")));
        ChallengesView.Running running = challenges.running();
        if (running != null) {
            lines.add("challenge    " + running.id() + " of size " + running.size() + " " + running.stage() + " "
                    + running.percent() + " %");
        }
        return lines;
    }

    private static String link(Screen screen, AgentStatus status) {
        if (status.lostSince() != null) {
            return screen.toned(Screen.Tone.BAD, "lost since " + status.lostSince());
        }
        return status.registered()
                ? screen.toned(Screen.Tone.GOOD, "connected")
                : screen.toned(Screen.Tone.ODD, "not registered yet");
    }
}
