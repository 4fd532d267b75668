package io.pithead.coordinator.chain.core;

import io.pithead.protocol.error.ErrorCode;
import java.util.List;
import java.util.Map;

/** Which of our error codes a contract's custom error comes to, by how contracts name errors: {@code Contract_Reason}. */
public final class ErrorNames {
    private static final Map<ErrorCode, List<String>> ENDINGS = Map.of(
            ErrorCode.NOT_FOUND,
            List.of("Unknown", "NotRegistered", "NoRoot", "NoNode", "NotPosted", "NoDispute", "NotMember"),
            ErrorCode.FORBIDDEN_SCOPE,
            List.of(
                    "NotAllowed",
                    "NotOwner",
                    "NotManager",
                    "NotValidator",
                    "NotProposer",
                    "NotTarget",
                    "UnauthorizedAccount",
                    "UnauthorizedCaller"),
            ErrorCode.INSUFFICIENT_FUNDS,
            List.of(
                    "InsufficientBalance",
                    "InsufficientAllowance",
                    "StakeTooLow",
                    "Underfunded",
                    "FreeExceeded",
                    "ReservedExceeded"),
            ErrorCode.UNAVAILABLE,
            List.of("EnforcedPause"),
            ErrorCode.INVALID_PAYLOAD,
            List.of(
                    "TextTooLong",
                    "PageSize",
                    "ProofInvalid",
                    "SignatureInvalid",
                    "InviteInvalid",
                    "AcceptanceInvalid",
                    "ZeroAmount",
                    "ZeroAddress",
                    "ZeroRoot",
                    "ZeroManager",
                    "ZeroLimit"));

    private ErrorNames() {}

    public static ErrorCode codeOf(String name) {
        String reason = name.substring(name.indexOf('_') + 1);
        return ENDINGS.entrySet().stream()
                .filter(one -> one.getValue().stream().anyMatch(reason::endsWith))
                .map(Map.Entry::getKey)
                .findFirst()
                // the contract's state does not allow it: most errors say that
                .orElse(ErrorCode.CONFLICT_STATE);
    }
}
