package io.pithead.miner.cli;

import io.pithead.miner.Version;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The commands and how they hang together. */
@Command(
        name = "pithead-miner",
        description = "Runs jobs for a Pithead coordinator and is paid for them.",
        mixinStandardHelpOptions = true,
        versionProvider = Cli.VersionText.class)
public final class Cli implements Runnable {
    @Spec
    private CommandSpec spec;

    /** What {@code --version} prints. */
    static final class VersionText implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"pithead-miner " + Version.TEXT};
        }
    }

    public static CommandLine build() {
        var receipt = new CommandLine(new ReceiptCommand());
        receipt.addSubcommand(withSettings(new VerifyCommand()));
        var wallet = withSettings(new WalletCommand())
                .addSubcommand(withSettings(new BalanceCommand()))
                .addSubcommand(withSettings(new WalletCreateCommand()))
                .addSubcommand(withSettings(new WalletShowCommand()))
                .addSubcommand(withSettings(new PayoutCommand()));
        return new CommandLine(new Cli())
                .addSubcommand(withSettings(new RunCommand()))
                .addSubcommand(withSettings(new CheckCommand()))
                .addSubcommand(withSettings(new StatusCommand()))
                .addSubcommand(wallet)
                .addSubcommand(withSettings(new RegisterCommand()))
                .addSubcommand(withSettings(new StakeCommand()))
                .addSubcommand(withSettings(new UnstakeCommand()))
                .addSubcommand(withSettings(new ClaimCommand()))
                .addSubcommand(withSettings(new DeregisterCommand()))
                .addSubcommand(receipt)
                .addSubcommand(withSettings(new ReplayCommand()))
                .addSubcommand(new CommandLine(new VersionCommand()))
                .setExecutionExceptionHandler((problem, command, parsed) -> {
                    command.getErr().println("pithead-miner: " + problem);
                    return MinerCommand.BAD;
                });
    }

    private static CommandLine withSettings(MinerCommand command) {
        var line = new CommandLine(command);
        MinerCommand.addSettings(line.getCommandSpec());
        return line;
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "which command? run, check, status, wallet, register, stake, unstake, claim, deregister, receipt, replay or version");
    }

    /** Only a name for what is below it. */
    @Command(name = "receipt", description = "Looks at receipts.")
    static final class ReceiptCommand implements Runnable {
        @Spec
        private CommandSpec spec;

        @Override
        public void run() {
            throw new ParameterException(spec.commandLine(), "which command? receipt verify FILE");
        }
    }
}
