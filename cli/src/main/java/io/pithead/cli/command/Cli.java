package io.pithead.cli.command;

import picocli.CommandLine;

/** The commands and how they hang together. */
@CommandLine.Command(
        name = "pithead",
        description = "Submits work to a Pithead server, follows it, and runs the server's market.",
        mixinStandardHelpOptions = true,
        versionProvider = Cli.VersionText.class,
        subcommands = {
            LoginCommand.class,
            LogoutCommand.class,
            WhoamiCommand.class,
            JobCommands.class,
            TaskCommands.class,
            RunCommands.class,
            NodeCommands.class,
            WalletCommands.class,
            KeyCommands.class,
            AdminCommands.class,
            DoctorCommand.class,
            CompletionCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:refused, or what was waited for did not end well",
            "2:typed wrong, or nothing to work with",
            "3:nobody answers at the server's address"
        })
public final class Cli extends Group {
    /** What {@code --version} prints. */
    static final class VersionText implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"pithead " + Version.TEXT};
        }
    }

    public static CommandLine build() {
        return new CommandLine(new Cli())
                .setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler((problem, command, parsed) -> {
                    if (problem instanceof InterruptedException) {
                        Thread.currentThread().interrupt();
                    }
                    command.getErr().println("pithead: " + problem);
                    return Exit.FAILED;
                });
    }
}
