package io.pithead.miner.cli;

import io.pithead.miner.config.ConfigException;
import io.pithead.miner.config.ConfigReader;
import io.pithead.miner.config.Hostname;
import io.pithead.miner.config.Key;
import io.pithead.miner.config.Settings;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What all commands share: where settings come from, and how they answer. */
abstract class MinerCommand implements Callable<Integer> {
    static final int OK = 0;
    static final int BAD = 1;
    static final int UNUSABLE = 2;

    @Spec
    private CommandSpec spec;

    @Option(names = "--config", paramLabel = "FILE", description = "settings file, instead of /etc/pithead/miner.conf")
    private @Nullable Path config;

    @Option(names = "--json", description = "print JSON")
    private boolean json;

    /** Every setting is a flag of every command that reads settings. */
    static void addSettings(CommandSpec command) {
        for (Key key : Key.values()) {
            key.flag()
                    .ifPresent(flag -> command.addOption(OptionSpec.builder(flag)
                            .type(String.class)
                            .paramLabel("VALUE")
                            .description(key.help().replace("%", "%%"))
                            .build()));
        }
    }

    @Override
    public final Integer call() throws Exception {
        try {
            return run(screen());
        } catch (ConfigException e) {
            return unusable(e.problems());
        }
    }

    abstract int run(Screen screen) throws Exception;

    boolean isJson() {
        return json;
    }

    Screen screen() {
        var commandLine = spec.commandLine();
        return new Screen(commandLine.getOut(), commandLine.getErr(), Terminal.wantsColour());
    }

    int unusable(List<String> problems) {
        if (json) {
            screen().json(Map.of("problems", problems));
        } else {
            problems.forEach(screen()::complain);
        }
        return UNUSABLE;
    }

    /** Something was looked at and is not good. */
    int bad(Screen screen, String why) {
        if (json) {
            screen.json(Map.of("problems", List.of(why)));
        } else {
            screen.complain(why);
        }
        return BAD;
    }

    Settings settings() {
        var flags = new EnumMap<Key, String>(Key.class);
        var parsed = spec.commandLine().getParseResult();
        for (Key key : Key.values()) {
            key.flag()
                    .map(flag -> parsed.matchedOptionValue(flag, (String) null))
                    .ifPresent(value -> flags.put(key, value));
        }
        return Settings.gather(flags, System.getenv(), Optional.ofNullable(config), Hostname.read());
    }

    static ConfigReader reader(Settings settings) {
        return new ConfigReader(settings, Path.of(System.getProperty("user.home")));
    }
}
