package io.pithead.miner.chain.core;

import java.util.Map;

/** What an owner can do about a contract's refusal, by the error's name without its contract's. */
public final class NextSteps {
    private static final Map<String, String> STEPS = Map.ofEntries(
            Map.entry(
                    "EnforcedPause", "the contract is paused: try again when the network's operators have ended that"),
            Map.entry("AlreadyRegistered", "it is registered already: pithead-miner register goes on from there"),
            Map.entry("NotRegistered", "pithead-miner register comes first"),
            Map.entry("Blacklisted", "only the network's operators can pardon a provider"),
            Map.entry(
                    "StakeTooLow",
                    "pithead-miner stake AMOUNT adds what is missing; to take more out, remove nodes first"),
            Map.entry("StakeExceeded", "no more can be taken out than is staked: pithead-miner status shows it"),
            Map.entry("QueueFull", "pithead-miner unstake --withdraw takes out what has matured and makes room"),
            Map.entry("NothingMatured", "it can be taken out at the time that is named"),
            Map.entry("NodesRemain", "pithead-miner deregister removes the nodes first"),
            Map.entry("Ejected", "make a new key for the node, or let the network's operators reinstate it"),
            Map.entry("SignatureExpired", "run the command again: the node's signature was too old"),
            Map.entry(
                    "SignatureInvalid", "the node's key is another than the one that was registered: see WALLET_FILE"),
            Map.entry("Placed", "the node is in a run that is open: it has to leave it first"),
            Map.entry("ERC20InsufficientBalance", "the stake's key holds too few tokens"),
            Map.entry(
                    "ERC20InsufficientAllowance",
                    "the permission for the tokens came to nothing: run the command again"),
            Map.entry("RootPending", "the epoch can be claimed from the time that is named"),
            Map.entry("NoRoot", "the epoch was withdrawn or is too old: run the command again after the next one"),
            Map.entry("NothingToClaim", "all of it was claimed already"),
            Map.entry("ProofInvalid", "the coordinator's proof is not of this root: ask its operator"));

    private NextSteps() {}

    public static String of(String error) {
        String reason = error.substring(error.indexOf('_') + 1);
        return STEPS.getOrDefault(reason, "pithead-miner status shows what the chain says");
    }
}
