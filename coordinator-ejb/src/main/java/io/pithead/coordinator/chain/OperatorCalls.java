package io.pithead.coordinator.chain;

import io.pithead.coordinator.chain.KnownChains.Known;
import io.pithead.protocol.chain.StakeTerms;
import io.pithead.protocol.money.Money;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicBytes;
import org.web3j.abi.datatypes.StaticStruct;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint128;
import org.web3j.abi.datatypes.generated.Uint16;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint64;
import org.web3j.abi.datatypes.generated.Uint8;

/** What an operator may have the coordinator's key do, as calls of our contracts (docs/CONTRACTS.md has the roles). */
final class OperatorCalls {
    /** Contracts that can be paused. */
    static final List<String> PAUSABLE = ContractFiles.NAMES.stream()
            .filter(name -> !name.equals("Timelock") && !name.equals("AiToken"))
            .toList();

    private static final int WORD = 32;
    private static final int ADDRESS_AT = 12;
    private static final Bytes32 NONE = new Bytes32(new byte[WORD]);

    private OperatorCalls() {}

    /** What can be said of a provider. */
    enum ProviderAct {
        WHITELIST,
        DELIST,
        BLACKLIST,
        PARDON;

        boolean needsReason() {
            return this != WHITELIST;
        }
    }

    /** What can be said of a node, besides a verdict. */
    enum NodeAct {
        EJECT,
        REINSTATE
    }

    /** Who judges nodes. */
    enum ValidatorAct {
        ADD,
        REMOVE
    }

    /** As the contracts number them. */
    enum Verdict {
        NONE,
        APPROVED,
        REJECTED
    }

    static Intent provider(Known chain, ProviderAct act, String provider, String reason) {
        String function = act.name().toLowerCase(Locale.ROOT);
        String registry = chain.address("ProviderRegistry");
        return act.needsReason()
                ? Calls.call(registry, function, new Address(provider), new Utf8String(reason))
                : Calls.call(registry, function, new Address(provider));
    }

    static Intent node(Known chain, NodeAct act, String node, String reason) {
        return Calls.call(
                chain.address("ComputeNodes"),
                act.name().toLowerCase(Locale.ROOT),
                new Address(node),
                new Utf8String(reason));
    }

    static Intent validator(Known chain, ValidatorAct act, String validator) {
        return Calls.call(chain.address("Validators"), act.name().toLowerCase(Locale.ROOT), new Address(validator));
    }

    /** Which round of votes a node is in now. */
    static Intent roundOf(Known chain, String node, Verdict verdict) {
        return Calls.call(chain.address("ComputeNodes"), "roundOf", subject(node), new Uint8(verdict.ordinal()));
    }

    /** The vote of the key, where it is a validator's. */
    static Intent vote(Known chain, String node, BigInteger round, Verdict verdict, String reason) {
        return Calls.call(
                chain.address("Validators"),
                "cast",
                new Address(chain.address("ComputeNodes")),
                subject(node),
                new Uint64(round),
                new Uint8(verdict.ordinal()),
                Uint16.DEFAULT,
                new Utf8String(reason));
    }

    /** As events name a node that is judged. */
    static String subjectOf(String node) {
        return Hex.of(subject(node).getValue());
    }

    private static Bytes32 subject(String node) {
        byte[] word = new byte[WORD];
        System.arraycopy(HexFormat.of().parseHex(node.substring(2)), 0, word, ADDRESS_AT, WORD - ADDRESS_AT);
        return new Bytes32(word);
    }

    static Intent pause(Known chain, String contract, boolean on) {
        return Calls.call(chain.address(contract), on ? "pause" : "unpause");
    }

    static Intent mint(Known chain, String to, String amount) {
        return Calls.call(chain.address("AiToken"), "mint", new Address(to), new Uint256(Money.parse(amount)));
    }

    private static Intent terms(Known chain, StakeTerms terms) {
        return Calls.call(
                chain.address("ProviderRegistry"),
                "setParameters",
                new StaticStruct(
                        new Uint128(Money.parse(terms.minimumStake())),
                        new Uint128(Money.parse(terms.stakePerNode())),
                        new Address(terms.treasury()),
                        new Uint64(terms.unbondingDelayS()),
                        new Uint64(terms.appealWindowS()),
                        new Uint64(terms.decisionWindowS())));
    }

    /** How long the timelock makes everybody wait. */
    static Intent delay(Known chain) {
        return Calls.call(chain.address("Timelock"), "getMinDelay");
    }

    /** Parameters change through the timelock alone: said now, done later. */
    static Intent schedule(Known chain, StakeTerms terms, byte[] salt, BigInteger delay) {
        Intent change = terms(chain, terms);
        return Calls.call(
                chain.address("Timelock"),
                "schedule",
                new Address(change.target()),
                Uint256.DEFAULT,
                new DynamicBytes(change.data()),
                NONE,
                new Bytes32(salt),
                new Uint256(delay));
    }

    static Intent execute(Known chain, StakeTerms terms, byte[] salt) {
        Intent change = terms(chain, terms);
        return Calls.call(
                chain.address("Timelock"),
                "execute",
                new Address(change.target()),
                Uint256.DEFAULT,
                new DynamicBytes(change.data()),
                NONE,
                new Bytes32(salt));
    }
}
