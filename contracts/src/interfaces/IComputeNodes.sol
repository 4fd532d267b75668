// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// What the other contracts ask about nodes.
interface IComputeNodes {
    /// Derived from facts, never stored.
    enum NodeState {
        UNKNOWN,
        REGISTERED,
        VALIDATED,
        ACTIVE,
        INACTIVE,
        EJECTED
    }

    function stateOf(address node) external view returns (NodeState);

    function providerOf(address node) external view returns (address);

    /// The run that the node joined last and has not left; the run may have ended since. 0 is none.
    function placementOf(address node) external view returns (uint256 run);

    function place(address node, uint256 run) external;

    function displace(address node) external;

    function eject(address node, string calldata reason) external;
}
