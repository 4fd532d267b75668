// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// What validators judge together. `Validators` calls it; a target decides which of its subjects are open and what a verdict does.
interface IVerdictTarget {
    enum Verdict {
        NONE,
        APPROVED,
        REJECTED
    }

    /// The round in which a subject is now judged. Reverts, and says why, while the subject does not take such a verdict.
    function roundOf(bytes32 subject, Verdict verdict) external view returns (uint64 round);

    /// A quorum agreed. Called once per subject and round.
    function onVerdict(bytes32 subject, Verdict verdict, uint16 reason) external;
}
