// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// What the other contracts ask about providers.
interface IProviderRegistry {
    /// Derived from facts, never stored. Only GOOD lets nodes work.
    enum Standing {
        UNKNOWN,
        BLACKLISTED,
        NOT_WHITELISTED,
        UNDERSTAKED,
        GOOD
    }

    function standingOf(address provider) external view returns (Standing);

    /// What a slash could still take: the stake, and what is being unbonded and has not matured.
    function slashableOf(address provider) external view returns (uint256);

    /// One node more, for which the stake must suffice.
    function addNode(address provider) external;

    function removeNode(address provider) external;

    function proposeSlash(address provider, uint256 amount, string calldata reason)
        external
        returns (uint256 id, uint256 held);
}
