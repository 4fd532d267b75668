// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// Whether a node ever took part in a run.
interface IMemberships {
    function joinedAt(uint256 run, address node) external view returns (uint64);
}
